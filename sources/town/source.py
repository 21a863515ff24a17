"""One ``[[source]]`` of town.toml: a system's deliveries, how its columns are called here.

Reads no file; ``sources.town.folder`` does.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
import zoneinfo
from typing import Annotated, Final, Literal, cast, get_args

import polars as pl
from polars.exceptions import PolarsError
from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, field_validator, model_validator

from sources.contract.pseudonyms import normalised
from sources.contract.records import CASES, EVENTS, RECORDS, REMOVALS, Record
from sources.town.connection import Connection, inside_the_folder
from sources.town.mapping_problems import mapping_problems
from sources.town.mistakes import MARKER, SLUG, TownSection
from sources.town.rows import ControlRow, Where
from sources.values.moments import is_of_months

SHAREABLE_CONSTANTS = (
    "service", "office", "channel", "case_type", "medium", "unit", "origin", "direction", "kind", "product", "measure",
    "year",
)  # fmt: skip
# Each is read by the connector of its name: sources/connectors/<name>.py, or the folder <name>/.
FileFormat = Literal["csv", "xlsx", "ods", "jsonl", "parquet", "xes", "ocel", "xml", "kodak"]
AskedFormat = Literal["postgres", "mssql", "oracle", "paperless", "fitconnect", "camunda7", "zgw"]
FILE_FORMATS: Final[tuple[str, ...]] = get_args(FileFormat)
ASKED_FORMATS: Final[tuple[str, ...]] = get_args(AskedFormat)
# What writes these knows numbers from texts, and writes numbers with a point.
TYPED_FORMATS: Final = ("xes", "ocel")
PROBE = dt.datetime(2025, 12, 31, 14, 5, tzinfo=dt.UTC)

XES_TRANSITION: Final = "lifecycle:transition"
# Between the names of columns that make one number together.
AND: Final = "\x1f"

Slug = Annotated[str, StringConstraints(pattern=SLUG)]


def in_one_form(meanings: dict[str, str]) -> dict[str, str]:
    """Words of a source as the door reads them: ü is one sign, also where an editor made it two."""
    return {unicodedata.normalize("NFC", word): meant for word, meant in meanings.items()}


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
    title: str = Field("", max_length=80)
    system: Literal["portal", "case", "scan", "mail", "print", "finance", "posts"]
    format: Literal[FileFormat, AskedFormat]
    path: Annotated[str, AfterValidator(inside_the_folder)] = ""
    mode: Literal["increment", "dump", "deletions"] = "increment"
    of: Slug | None = None
    expected_every_days: int | None = Field(None, ge=1, le=366)
    ended_on: dt.date | None = None
    sizes_may_change: bool = False
    repeats_itself: bool = False
    same_events_as: Slug | None = None
    same_key_adds_up: bool = False
    corrects: bool = False
    marker: str | None = Field(None, pattern=MARKER)
    header: tuple[str, ...] = ()
    sheet: str | None = None
    header_row: int = Field(1, ge=1, le=1000)
    row: str | None = None
    case_object: str | None = None
    lifecycle: str | None = None
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
    year: str | None = Field(None, pattern=r"^(19|20|21)\d\d$")
    columns: dict[str, str]
    values: dict[str, Annotated[dict[str, str], AfterValidator(in_one_form)]] = Field(default_factory=dict)
    counts: dict[str, str] = Field(default_factory=dict)
    case_numbers: CaseNumbers = CaseNumbers()
    control: ControlRow | None = None
    where: Where | None = None
    carry_down: tuple[str, ...] = ()
    connection: Connection | None = None

    @field_validator("columns", mode="before")
    @classmethod
    def _several_columns_joined(cls, columns: object) -> object:
        """``case_ref = ["Nr", "Jahr"]`` is kept as one text of both names, which no column can be called."""
        if not isinstance(columns, dict):
            return columns
        named = cast("dict[str, object]", columns).items()
        return {name: AND.join(map(str, column)) if isinstance(column, list) else column for name, column in named}

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
    def _reads_what_it_writes(cls, form: str | None, info: ValidationInfo) -> str | None:
        if form is None:
            return None
        # Polars calls the decimals of a second %.f; its own %f would read .5 as five nanoseconds.
        read = form.replace(".%f", "%.f")
        if not _is_format(read) and not (info.field_name == "date_format" and _is_format_of_months(read)):
            raise ValueError(f"'{form}' is no format of a day or time; use one such as %d.%m.%Y %H:%M")
        return read

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        return known_zone(zone) if zone else zone

    @model_validator(mode="after")
    def _mapping_makes_a_record(self) -> Source:
        problems = list(mapping_problems(self))
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def transitions(self) -> str | None:
        """The column that says whether a row starts or completes a step; of XES the standard's own."""
        if "activity" not in self.columns:
            return None
        return self.lifecycle or (XES_TRANSITION if self.format == "xes" else None)

    @property
    def joined(self) -> dict[str, tuple[str, ...]]:
        """Per field that is made of several columns their names."""
        return {name: tuple(column.split(AND)) for name, column in self.columns.items() if AND in column}

    @property
    def mapped_columns(self) -> tuple[str, ...]:
        """The source's columns that [source.columns] names, each once, in order."""
        return tuple(dict.fromkeys(part for column in self.columns.values() for part in column.split(AND)))

    @property
    def read_columns(self) -> tuple[str, ...]:
        """The source's columns of which something becomes a record, each once, in order."""
        lifecycle = [self.lifecycle] if self.lifecycle else []
        return tuple(dict.fromkeys((*self.mapped_columns, *self.counts.values(), *lifecycle)))

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


def _is_format_of_months(form: str) -> bool:
    return is_of_months(form) and _is_format(f"%d {form}")
