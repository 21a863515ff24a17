"""Admit: rows become contract records by name, minimised and pseudonymised; what cannot be read goes to quarantine.

Only columns a mapping names are looked at. A quarantined row keeps its position and a reason, never its content.
read = admitted + quarantined + duplicate, for every delivery.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import polars as pl

from sources.connectors.protocol import POSITION, Batch, Fault
from sources.contract import EVENTS, LANDED, PROVENANCE, Kind, Record
from sources.contract import Field as ContractField
from sources.mapping import Source
from sources.pseudonyms import Key, pseudonymised
from sources.reading import Dress, Read, read_column, trimmed
from sources.units import Units

REASONS = {
    "unreadable_time": "the time cannot be read",
    "impossible_year": "the year lies before 1970 or more than 50 years ahead",
    "unreadable_number": "the number cannot be read",
    "unreadable_truth": "neither yes nor no can be read",
    "unknown_value": "the value is not in the closed vocabulary",
    "unreadable_text": "the text holds signs that are no writing, such as NUL",
    "mangled_reference": "the reference was shortened by a spreadsheet, such as 1,23E+11",
    "too_long": "the text is longer than a code or label may be",
    "personal_data": "the text looks like personal data",
    "missing_value": "a required value is missing",
}
# A value listed as unmapped must be common: a rare one could be somebody's name in the wrong column.
LISTED_FROM = 3
LISTED_LENGTH = 40
LISTED_SHARE = 0.5
CASE_NUMBERS = ("case_ref", "merged_into")
CASE_TIMES = ("received_at", "closed_at", "due_at", "changed_at")


@dataclass
class Admitted:
    """What one delivery became.

    Attributes:
        records: per kind of record its rows, without ``source`` and ``delivery_id``.
        quarantine: position, reason_code, reason, column_name.
        unmapped: per field the values outside the vocabulary with their counts; rare ones are summed under "…".
    """

    records: dict[str, pl.DataFrame]
    quarantine: pl.DataFrame
    rows_read: int
    rows_admitted: int
    rows_duplicate: int
    ambiguous: int = 0
    nonexistent: int = 0
    coarsened: int = 0
    unmapped: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def rows_quarantined(self) -> int:
        """Rows that cannot be taken."""
        return self.quarantine.height


class Door:
    """One delivery on its way in; ``take`` each batch, then ``close``."""

    def __init__(self, source: Source, zone: str, units: Units, key: Key, today: dt.date) -> None:
        """Prepare the mapping of a source for one delivery."""
        self._source = source
        self._units = units
        self._key = key
        self._today = today
        self._dress = Dress(source.timezone or zone, source.timestamp_format, source.date_format, source.decimal)
        self._fields = {
            f.name: f
            for r in source.records
            for f in r.fields
            if f.name in source.columns or f.name in source.constants
        }
        self._rows: list[pl.DataFrame] = []
        self._faults: list[Fault] = []
        self._unmapped: dict[str, Counter[str]] = defaultdict(Counter)
        self._told: Counter[str] = Counter()
        self._read = self._ambiguous = self._nonexistent = 0

    def take(self, batch: Batch) -> None:
        """Read one batch; unreadable rows are set aside."""
        self._read += batch.frame.height + len(batch.faults)
        self._faults.extend(batch.faults)
        reads = {name: self._read_field(f, batch.frame) for name, f in self._fields.items()}
        frame = pl.DataFrame(
            [batch.frame[POSITION].alias("position"), *(read.values.alias(name) for name, read in reads.items())]
        )
        failure = self._failures(frame, reads)
        self._faults.extend(_fault(*row) for row in failure.filter(pl.col("code").is_not_null()).iter_rows())
        self._rows.append(frame.filter(failure["code"].is_null()))

    def close(self) -> Admitted:
        """All rows as records: duplicates dropped, references pseudonymised, small units merged."""
        nothing = pl.DataFrame(schema={"position": pl.Int64, **{n: f.kind.dtype for n, f in self._fields.items()}})
        rows = pl.concat([nothing, *self._rows])
        records = self._source.records
        counted = self._columns_of(records[0])
        distinct = rows.unique(subset=counted, keep="first", maintain_order=True)
        admitted: dict[str, pl.DataFrame] = {}
        coarsened = 0
        for record in records:
            kept = distinct if record is records[0] else self._attributes(rows, record)
            admitted[record.name], touched = self._record(kept, record)
            coarsened += touched if record is records[0] else 0
        return Admitted(
            records=admitted,
            quarantine=_quarantine(self._faults),
            rows_read=self._read,
            rows_admitted=distinct.height,
            rows_duplicate=rows.height - distinct.height,
            ambiguous=self._ambiguous,
            nonexistent=self._nonexistent,
            coarsened=coarsened,
            unmapped={name: _listed(counts, self._told[name]) for name, counts in sorted(self._unmapped.items())},
        )

    def _columns_of(self, record: Record) -> list[str]:
        return [f.name for f in record.fields if f.name in self._fields]

    def _read_field(self, target: ContractField, frame: pl.DataFrame) -> Read:
        column = self._source.columns.get(target.name)
        raw = (
            frame[column]
            if column is not None
            else pl.Series([self._source.constants[target.name]] * frame.height, dtype=pl.String)
        )
        if meanings := self._source.values.get(target.name):
            text = trimmed(raw)
            raw = text.replace(list(meanings), [meant or None for meant in meanings.values()])
        read = read_column(raw.alias(target.name), target, self._dress, self._today)
        self._ambiguous += read.ambiguous
        self._nonexistent += read.nonexistent
        self._told[target.name] += raw.len() - raw.null_count()
        if read.unmapped:
            self._unmapped[target.name].update(read.unmapped)
        if target.kind is Kind.REFERENCE:
            # Here, not later: the same number in another dress must already be the same when duplicates are judged.
            purpose = "case_id" if target.name in CASE_NUMBERS else target.column
            undressed = self._source.case_numbers.undressed if target.name in CASE_NUMBERS else str
            read = replace(read, values=pseudonymised(read.values, purpose, self._key, undressed))
        return read

    def _failures(self, frame: pl.DataFrame, reads: dict[str, Read]) -> pl.DataFrame:
        """Per row the first reason why it cannot be taken: position, code, column."""
        code: pl.Expr = pl.lit(None, pl.String)
        column: pl.Expr = pl.lit(None, pl.String)
        told = frame.select("position")
        for name, read in reversed(reads.items()):
            told = told.with_columns(read.failed.alias(name))
            absent = frame[name].is_null() & read.failed.is_null()
            if any(f.required for r in self._source.records for f in r.fields if f.name == name):
                told = told.with_columns(
                    pl.when(absent).then(pl.lit("missing_value")).otherwise(pl.col(name)).alias(name)
                )
            code = pl.when(pl.col(name).is_not_null()).then(pl.col(name)).otherwise(code)
            column = (
                pl.when(pl.col(name).is_not_null()).then(pl.lit(self._source.columns.get(name, name))).otherwise(column)
            )
        return (
            told.select("position", code=code, column=column) if reads else told.with_columns(code=code, column=column)
        )

    def _attributes(self, rows: pl.DataFrame, record: Record) -> pl.DataFrame:
        """What event rows say about their case: each distinct set of attributes once, at its first position."""
        names = self._columns_of(record)
        told = [name for name in names if name != "case_ref"]
        return rows.unique(subset=names, keep="first", maintain_order=True).filter(
            pl.any_horizontal(pl.col(name).is_not_null() for name in told)
        )

    def _record(self, rows: pl.DataFrame, record: Record) -> tuple[pl.DataFrame, int]:
        frame, touched = rows, 0
        if record.name == "events":
            frame, touched = self._coarsen_events(rows)
        elif record.name == "cases":
            frame, touched = self._coarsen_cases(rows)
        schema = {
            name: dtype for name, dtype in LANDED[record.name].items() if name == "position" or name not in PROVENANCE
        }
        columns = {f.column: f for f in record.fields}
        landed: list[pl.Series] = []
        for name, dtype in schema.items():
            target = columns.get(name)
            source_name = target.name if target is not None else name
            values = (
                frame[source_name] if source_name in frame.columns else pl.Series([None] * frame.height, dtype=dtype)
            )
            landed.append(values.cast(dtype).alias(name))
        return pl.DataFrame(landed), touched

    def _coarsen_events(self, rows: pl.DataFrame) -> tuple[pl.DataFrame, int]:
        nothing = pl.Series([None] * rows.height, dtype=pl.String)
        offices = self._units.offices_in_charge(
            rows.get_column("office", default=nothing), rows.get_column("service", default=nothing)
        )
        units = rows.get_column("unit", default=nothing)
        stands, _ = self._units.settled(units)
        _, to_the_day = self._units.settled(units.zip_with(units.is_not_null(), offices))
        told = [name for name in self._columns_of(EVENTS) if name in rows.columns]
        fingerprint = pl.Series([None] * rows.height, dtype=pl.String)
        if to_the_day.any():
            whole = rows.select(
                pl.concat_str([pl.col(n).cast(pl.String).fill_null("\x00") for n in told], separator="\x01")
            ).to_series()
            fingerprint = pseudonymised(whole.zip_with(to_the_day, fingerprint), "event", self._key)
        times = [name for name in ("occurred_at", "started_at") if name in rows.columns]
        coarse = rows.with_columns(
            *(self._units.local_midnight(rows[name]).zip_with(to_the_day, rows[name]).alias(name) for name in times),
            event_ref=fingerprint,
            unit=stands,
        )
        return coarse, int(to_the_day.sum())

    def _coarsen_cases(self, rows: pl.DataFrame) -> tuple[pl.DataFrame, int]:
        nothing = pl.Series([None] * rows.height, dtype=pl.String)
        given = rows.get_column("office", default=nothing)
        in_charge = self._units.offices_in_charge(given, rows.get_column("service", default=nothing))
        stands, to_the_day = self._units.settled(in_charge)
        # A row without an office stays without, unless its service's office is too small to be named.
        named = stands.zip_with(
            given.is_not_null() | (stands != in_charge).fill_null(True) & in_charge.is_not_null(), nothing
        )
        times = [name for name in CASE_TIMES if name in rows.columns]
        coarse = rows.with_columns(
            *(self._units.local_midnight(rows[name]).zip_with(to_the_day, rows[name]).alias(name) for name in times),
            office=named,
        )
        if "served_office" in rows.columns:
            coarse = coarse.with_columns(served_office=self._units.settled(rows["served_office"])[0])
        return coarse, int(to_the_day.sum())


def _fault(position: int, code: str, column: str | None) -> Fault:
    short, _, detail = code.partition(":")
    reason = REASONS[short] + (f" ({detail})" if detail else "")
    return Fault(position, short, reason, column)


def _quarantine(faults: Iterable[Fault]) -> pl.DataFrame:
    rows = [(fault.position, fault.reason_code, fault.reason, fault.column_name) for fault in faults]
    schema = {"position": pl.Int64, "reason_code": pl.String, "reason": pl.String, "column_name": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("position")


def _listed(counts: Counter[str], told: int) -> dict[str, int]:
    """Unmapped values worth naming; when most of a column is unmapped, it is probably another column."""
    is_foreign = sum(counts.values()) > told * LISTED_SHARE
    common = (
        {}
        if is_foreign
        else {
            v: n
            for v, n in sorted(counts.items())
            if n >= LISTED_FROM and len(v) <= LISTED_LENGTH and "@" not in v and v.isprintable()
        }
    )
    rest = sum(counts.values()) - sum(common.values())
    return common | ({"…": rest} if rest else {})
