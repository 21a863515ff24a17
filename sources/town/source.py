"""One ``[[source]]`` of town.toml: a system's deliveries, how its columns are called here, and what is wrong with it.

Reads no file; ``sources.town.folder`` does.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections import defaultdict
from collections.abc import Iterator
from typing import Annotated, Final, Literal, get_args

import polars as pl
from polars.exceptions import PolarsError
from pydantic import AfterValidator, Field, StringConstraints, field_validator, model_validator

from sources.contract.pseudonyms import normalised
from sources.contract.records import CASES, COUNTS, EVENTS, RECORDS, REMOVALS, Record
from sources.contract.records import Field as ContractField
from sources.contract.vocabularies import CountKind, words
from sources.town.connection import Connection, inside_the_folder
from sources.town.mistakes import TownSection, nearest
from sources.town.rows import ControlRow, Where, row_problems

SHAREABLE_CONSTANTS = (
    "service", "office", "channel", "case_type", "medium", "unit", "origin", "direction", "kind", "product", "measure",
)  # fmt: skip
# Each is read by the connector of its name: sources/connectors/<name>.py, or the folder <name>/.
FileFormat = Literal["csv", "xlsx", "jsonl", "parquet", "xes", "ocel", "xml", "kodak"]
AskedFormat = Literal["postgres", "mssql", "oracle", "paperless", "fitconnect", "camunda7", "zgw"]
FILE_FORMATS: Final[tuple[str, ...]] = get_args(FileFormat)
ASKED_FORMATS: Final[tuple[str, ...]] = get_args(AskedFormat)
# What writes these knows numbers from texts, and writes numbers with a point.
TYPED_FORMATS: Final = ("jsonl", "xes", "ocel")
DATABASE_SCHEMES: Final = {"postgres": ("postgresql",), "mssql": ("mssql",), "oracle": ("oracle",)}
DATABASES: Final = ("postgres", "mssql", "oracle")
PROBE = dt.datetime(2025, 12, 31, 14, 5, tzinfo=dt.UTC)

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
FIELDS: dict[str, list[tuple[Record, ContractField]]] = defaultdict(list)
for _record in RECORDS:
    for _field in _record.fields:
        FIELDS[_field.name].append((_record, _field))


class CaseNumbers(TownSection):
    """How this source writes case numbers that other systems write otherwise.

    Applied to numbers that are normalised (``pseudonyms.normalised``), in this order.

    Attributes:
        drop: single characters that do not count, such as ``" -/."``.
        remove_prefixes: beginnings that other systems do not write; the first that fits goes.
        add_prefix: a beginning that other systems write and this one leaves out.
    """

    drop: str = ""
    remove_prefixes: tuple[str, ...] = ()
    add_prefix: str = ""

    def canonical(self, number: str) -> str:
        """A normalised case number as other systems write it."""
        plain = self._without_signs(number)
        for prefix in (self._without_signs(normalised(prefix)) for prefix in self.remove_prefixes):
            if prefix and plain.startswith(prefix):
                plain = plain.removeprefix(prefix).strip()
                break
        return normalised(self.add_prefix) + plain if plain else plain

    def _without_signs(self, text: str) -> str:
        # What is dropped was made one sign of before, as every hyphen was; only the blank is none by itself.
        return text.translate({ord(plain): None for sign in self.drop for plain in normalised(sign) or sign})


class Source(TownSection):
    """``[[source]]``: one system's deliveries and how its columns are called here."""

    name: Slug
    system: Literal["portal", "case", "scan", "mail", "print", "finance", "posts"]
    format: Literal[FileFormat, AskedFormat]
    path: Annotated[str, AfterValidator(inside_the_folder)] = ""
    mode: Literal["increment", "dump", "deletions"] = "increment"
    of: Slug | None = None
    expected_every_days: int | None = Field(None, ge=1, le=366)
    ended_on: dt.date | None = None
    sizes_may_change: bool = False
    marker: str | None = Field(None, pattern=r"^\.[A-Za-z0-9]{1,12}$")
    header: tuple[str, ...] = ()
    sheet: str | None = None
    header_row: int = Field(1, ge=1, le=1000)
    row: str | None = None
    case_object: str | None = None
    delimiter: str = Field(";", min_length=1, max_length=1)
    encoding: str = "utf-8"
    decimal: Literal[",", "."] | None = None
    timestamp_format: str | None = None
    date_format: str | None = None
    timezone: str = ""
    service: str | None = None
    office: str | None = None
    channel: str | None = None
    case_type: str | None = None
    medium: str | None = None
    unit: str | None = None
    origin: str | None = None
    direction: str | None = None
    kind: str | None = None
    product: str | None = None
    measure: str | None = None
    columns: dict[str, str]
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    counts: dict[str, str] = Field(default_factory=dict)
    case_numbers: CaseNumbers = CaseNumbers()
    control: ControlRow | None = None
    where: Where | None = None
    carry_down: tuple[str, ...] = ()
    connection: Connection | None = None

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str) -> str:
        try:
            "".encode(encoding)
        except LookupError as error:
            raise ValueError(f"'{encoding}' is no encoding; use utf-8, windows-1252 or utf-16") from error
        return encoding

    @field_validator("delimiter")
    @classmethod
    def _can_delimit(cls, delimiter: str) -> str:
        if delimiter in '"\r\n ':
            raise ValueError(f"{delimiter!r} cannot part columns; use ; or , or a tab (\\t)")
        return delimiter

    @field_validator("timestamp_format", "date_format")
    @classmethod
    def _reads_what_it_writes(cls, form: str | None) -> str | None:
        if form is None:
            return None
        # Polars calls the decimals of a second %.f; its own %f would read .5 as five nanoseconds.
        read = form.replace(".%f", "%.f")
        if not _is_format(read):
            raise ValueError(f"'{form}' is no format of a day or time; use one such as %d.%m.%Y %H:%M")
        return read

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        return known_zone(zone) if zone else zone

    @model_validator(mode="after")
    def _mapping_makes_a_record(self) -> Source:
        problems = list(_mapping_problems(self))
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def constants(self) -> dict[str, str]:
        """Contract fields this source gives a constant for."""
        return {name: value for name in SHAREABLE_CONSTANTS if (value := getattr(self, name)) is not None}

    @property
    def records(self) -> tuple[Record, ...]:
        """The kinds of record this mapping yields, the counted one first."""
        if self.mode == "deletions":
            return (REMOVALS,)
        named = {*self.columns, *self.constants} if self.counts else set(self.columns)
        announced = [r for r in RECORDS if named.intersection(r.announced_by)]
        alone = [r for r in announced if r not in (EVENTS, CASES)]
        if alone:
            return (alone[0],)
        carries_case = bool(set(self.constants).intersection(CASES.announced_by))
        return tuple(r for r in RECORDS if r in announced or (r is CASES and carries_case and announced))

    @property
    def decimal_sign(self) -> str | None:
        """The decimal sign of its numbers: declared, or a machine's; None where only they themselves can tell."""
        return self.decimal or ("." if self.is_asked or self.format in TYPED_FORMATS else None)

    @property
    def is_asked(self) -> bool:
        """Whether this is a system that is asked, not files that are delivered."""
        return self.format in ASKED_FORMATS


def known_zone(zone: str) -> str:
    """The zone's name as given.

    Raises:
        ValueError: when there is no such zone.
    """
    if zone not in zoneinfo.available_timezones():
        raise ValueError(f"'{zone}' is no time zone; use Europe/Berlin")
    return zone


def _is_format(form: str) -> bool:
    """Whether a written moment is read back with its day; Polars' reader differs from Python's writer in places."""
    written = pl.Series([PROBE.strftime(form.replace("%.f", ".%f"))])
    zone = "UTC" if "%z" in form else None
    try:
        read = written.str.to_datetime(form, time_unit="us", time_zone=zone, strict=False)[0]
    except PolarsError:
        return False
    return read is not None and read.date() == PROBE.date()


def _mapping_problems(source: Source) -> Iterator[str]:
    yield from _folder_unknown(source) if not source.is_asked else _system_unknown(source)
    yield from _unmappable_names(source)
    if not source.records:
        yield "[source.columns] names no record; an event needs case_ref, activity and occurred_at"
    given = {*source.columns, *source.constants, *(("kind", "value") if source.counts else ())}
    for record in source.records:
        for field in record.fields:
            if field.required and field.name not in given:
                yield f"[source.columns] lacks '{field.name}', which {record.name} need"
            if field.vocabulary:
                yield from _foreign_meanings(source, field)
    yield from _list_problems(source)
    mapped = (*source.columns.values(), *source.counts.values())
    yield from row_problems(source.carry_down, source.where, mapped, asked=source.is_asked)


def _folder_unknown(source: Source) -> Iterator[str]:
    if not source.path:
        yield "'path' is missing; add it, such as inbox/portal/*.csv"
    if source.connection is not None and not source.connection.url.startswith("sftp://"):
        yield f"connection.url of a source of {source.format} files must begin with sftp://"
    if source.format == "xml" and not source.row:
        yield "'row' is missing; name the element that is one record, such as Batch/Document"
    if source.format == "ocel" and not source.case_object:
        yield "'case_object' is missing; name the object type that is the case, such as application"


def _system_unknown(source: Source) -> Iterator[str]:
    if source.connection is None:
        yield f"[source.connection] is missing; {source.format} needs its url"
    elif source.format in DATABASES and not source.connection.query:
        yield "connection.query is missing; name a table or view, or write a select"
    else:
        yield from _address_problems(source.format, source.connection)
    if source.path:
        yield f"'path' is for files; {source.format} is asked at connection.url"


def _address_problems(form: str, connection: Connection) -> Iterator[str]:
    wanted = DATABASE_SCHEMES.get(form, ("https", "http"))
    if connection.scheme not in wanted:
        yield f"connection.url begins with {connection.scheme}://; {form} is asked at {wanted[0]}://"
    if form == "fitconnect" and not (connection.token_url and connection.client_id):
        yield "connection lacks token_url or client_id; FIT-Connect gives both"


def _list_problems(source: Source) -> Iterator[str]:
    """Deletion lists and counts that stand side by side."""
    if source.mode == "deletions":
        if source.of is None:
            yield "'of' is missing; name the source whose records the list deletes"
        if not any(name.endswith("_ref") for name in source.columns):
            yield "[source.columns] of a deletion list needs case_ref, document_ref, submission_ref or record_ref"
    for kind in source.counts:
        if kind not in words(CountKind):
            yield f"counts.{kind} is no kind of count{nearest(kind, words(CountKind))}"
    if source.counts and COUNTS not in source.records:
        yield "[source.counts] needs columns.counted_on"


def _unmappable_names(source: Source) -> Iterator[str]:
    taken = {field.name for record in source.records for field in record.fields}
    kinds = " and ".join(record.name for record in source.records)
    for name in source.columns:
        if name not in FIELDS:
            yield f"columns.{name} is not a field of the contract{nearest(name, FIELDS)}"
        elif taken and name not in taken:
            owner, _ = FIELDS[name][0]
            yield (
                f"columns.{name} belongs to {owner.name}, but this mapping yields {kinds}; "
                f"{owner.name} need '{owner.announced_by[0]}', or drop the column"
            )
    for name in source.values:
        if name not in source.columns and name not in source.constants:
            yield f"values.{name} maps a field that [source.columns] does not name"
    for name in source.constants:
        if name in source.columns:
            yield f"'{name}' is both a constant and a column; keep one"


def _foreign_meanings(source: Source, field: ContractField) -> Iterator[str]:
    allowed = field.vocabulary
    for given, meant in source.values.get(field.name, {}).items():
        if meant and meant not in allowed:
            yield f"values.{field.name} maps '{given}' to '{meant}'{nearest(meant, allowed)}"
    constant = source.constants.get(field.name)
    if constant is not None and constant not in allowed:
        yield f"constant {field.name} = '{constant}'{nearest(constant, allowed)}"
