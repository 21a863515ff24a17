"""One ``[[source]]`` of town.toml: a system's deliveries, how its columns are called here, and what is wrong with it.

Reads no file; ``sources.town`` does.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import polars as pl
from polars.exceptions import PolarsError
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from sources.contract import CASES, RECORDS, Record
from sources.contract import Field as ContractField
from sources.sentences import nearest

SHAREABLE_CONSTANTS = ("service", "office", "channel", "case_type", "medium", "unit")
PROBE = dt.datetime(2025, 12, 31, 14, 5, tzinfo=dt.UTC)

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
FIELDS: dict[str, list[tuple[Record, ContractField]]] = defaultdict(list)
for _record in RECORDS:
    for _field in _record.fields:
        FIELDS[_field.name].append((_record, _field))


class Section(BaseModel):
    """A table of town.toml; a key it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Section):
    """``[[source]]``: one system's deliveries and how its columns are called here."""

    name: Slug
    system: Literal["portal", "case", "scan", "mail", "print", "finance", "posts"]
    format: Literal["csv", "jsonl", "parquet", "xes"]
    path: str = Field(min_length=1)
    mode: Literal["increment", "dump"] = "increment"
    expected_every_days: int | None = Field(None, ge=1, le=366)
    delimiter: str = Field(";", min_length=1, max_length=1)
    encoding: str = "utf-8"
    decimal: Literal[",", "."] = "."
    timestamp_format: str | None = None
    date_format: str | None = None
    timezone: str = ""
    service: str | None = None
    office: str | None = None
    channel: str | None = None
    case_type: str | None = None
    medium: str | None = None
    unit: str | None = None
    columns: dict[str, str]
    values: dict[str, dict[str, str]] = Field(default_factory=dict)

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

    @field_validator("path")
    @classmethod
    def _inside_the_folder(cls, path: str) -> str:
        if ".." in Path(path).parts or Path(path).is_absolute():
            raise ValueError(f"'{path}' must lie inside the town's folder, such as inbox/portal/*.csv")
        return path

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
        named = set(self.columns)
        announced = [r for r in RECORDS if named.intersection(r.announced_by)]
        if any(r.name == "scans" for r in announced):
            return tuple(r for r in announced if r.name == "scans")
        if any(r.name == "costs" for r in announced):
            return tuple(r for r in announced if r.name == "costs")
        carries_case = bool(set(self.constants).intersection(CASES.announced_by))
        return tuple(r for r in RECORDS if r in announced or (r.name == "cases" and carries_case and announced))


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
    yield from _unmappable_names(source)
    if not source.records:
        yield "[source.columns] names no record; an event needs case_ref, activity and occurred_at"
    for record in source.records:
        for field in record.fields:
            if field.required and field.name not in source.columns:
                yield f"[source.columns] lacks '{field.name}', which {record.name} need"
            if field.vocabulary:
                yield from _foreign_meanings(source, field)


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
