"""Admit: rows become contract records by name, minimised and pseudonymised; what cannot be read goes to quarantine.

Only columns a mapping names are looked at. A quarantined row keeps its position and a reason, never its content.
read = admitted + quarantined + duplicate, for every delivery. Memory is bounded by one batch where a spool is given.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sources.batches.protocol import POSITION, Batch, Refused, columns_of, read_as_one
from sources.contract.fields import UNLISTED
from sources.contract.pseudonyms import Key, RecentPseudonyms, pseudonymised
from sources.contract.records import LANDED, PROVENANCE, REMOVALS, FieldKind, Record
from sources.contract.records import Field as ContractField
from sources.door.admitted import FAULT_COLUMNS, QUARANTINE_REASONS, Admitted, listed
from sources.door.one_record import Oneness
from sources.door.small_units import coarsened
from sources.door.units import Units
from sources.door.withheld import DeliveryCodes
from sources.door.worker import Worker
from sources.storage.spool import Pile, Spool
from sources.town.source import AND, CaseNumbers, Source
from sources.values.columns import Read, Spelling, read_column
from sources.values.names import names_among
from sources.values.whole_counts import whole_counts

__all__ = ["Admitted", "Door"]

CASE_NUMBERS: Final = ("case_ref", "merged_into")


class Door:
    """One delivery on its way in; ``take`` each batch, then ``close``."""

    def __init__(
        self,
        source: Source,
        zone: str,
        units: Units,
        key: Key,
        today: dt.date,
        spool: Spool | None = None,
        codes: DeliveryCodes | None = None,
    ) -> None:
        """Prepare the mapping of a source for one delivery.

        The zone is for days and for sources that name none, and today bounds the years ahead. A spool is for a
        delivery that may not fit into memory; it vanishes with the delivery. Codes are judged where they are given.
        """
        self._codes = codes
        self._source = source
        self._columns = columns_of(source)
        self._key = key
        self._today = today
        self._spelling = Spelling(
            source.timezone or zone, source.timestamp_format, source.date_format, day_timezone=zone
        )
        given = {*self._columns, *source.constants}
        self._fields = {f.name: f for record in source.records for f in record.fields if f.name in given}
        self._required = {f.name for record in source.records for f in record.fields if f.required}
        self._pseudonyms: dict[str, RecentPseudonyms] = defaultdict(RecentPseudonyms)
        self._unmapped: dict[str, Counter[str]] = defaultdict(Counter)
        self._filled: Counter[str] = Counter()
        self._nothings: dict[str, Counter[str]] = defaultdict(Counter)
        self._left_out = 0
        self._read = self._ambiguous = self._nonexistent = self._last_fault = 0
        self._is_sorted = True
        self._worker = Worker()
        self._refused = Pile(FAULT_COLUMNS, spool, "quarantine")
        self._kinds = [_OneKind(record, source, self._fields, units, key, spool, codes) for record in source.records]

    def take(self, batch: Batch) -> None:
        """Read one batch; unreadable rows are set aside and the others kept while the next one is read."""
        self._read += batch.frame.height + len(batch.faults)
        self._left_out += batch.set_aside
        if not batch.frame.height and not batch.faults:
            # The last batch of a file often only says what was warned of; reading no rows takes as long as a few.
            return
        reads = {name: self._read_field(field, batch) for name, field in self._fields.items()}
        if {"kind", "value"} <= reads.keys():
            reads["value"] = whole_counts(reads["value"], reads["kind"].values)
        self._worker.do(partial(self._keep, batch, reads))

    def close(self, name: str = "") -> Admitted:
        """All rows as records, duplicates struck out; a refusal calls the delivery by its name.

        Raises:
            Refused: rows that share a key say different things.
        """
        self._worker.wait()
        try:
            touched = [kind.close() for kind in self._kinds]
        except Refused as refusal:
            sentence = f"{name}: {refusal.sentence}" if name else refusal.sentence
            raise Refused(refusal.reason_code, sentence) from refusal
        counted, codes = self._kinds[0], self._codes
        withheld = {} if codes is None else codes.withheld()
        return Admitted(
            piles={kind.record.name: kind.pile for kind in self._kinds},
            refused=self._refused if self._is_sorted else self._refused.sorted("position"),
            rows_read=self._read,
            rows_duplicate=counted.taken - counted.pile.height,
            ambiguous=self._ambiguous,
            nonexistent=self._nonexistent,
            coarsened=touched[0],
            nothings={name: dict(sorted(counts.items())) for name, counts in sorted(self._nothings.items())},
            rows_set_aside=self._left_out,
            withheld=withheld,
            cells=codes.cells() if codes is not None and withheld else None,
            accepted={} if codes is None else codes.accepted(),
            lists_sha256=codes.known.fingerprint() if codes is not None and withheld else "",
            unmapped={name: self._listed(name, counts) for name, counts in sorted(self._unmapped.items())},
        )

    def _listed(self, name: str, counts: Counter[str]) -> dict[str, int]:
        """Values without a meaning as they may be told; a day that means never is nobody's name."""
        if self._fields[name].kind.is_time:
            return dict(sorted(counts.items()))
        return listed(counts, self._filled[name])

    def _keep(self, batch: Batch, reads: dict[str, Read]) -> None:
        rows = pl.DataFrame(
            [batch.frame[POSITION].alias("position"), *(read.values.alias(name) for name, read in reads.items())]
        )
        failures = self._failures(rows, reads)
        self._set_aside(batch, failures.drop_nulls("code"))
        rows = rows.filter(failures["code"].is_null())
        if self._codes is not None:
            self._codes.see(rows)
        for kind in self._kinds:
            kind.take(rows)

    def _read_field(self, field: ContractField, batch: Batch) -> Read:
        frame, column = batch.frame, self._columns.get(field.name)
        raw = (
            read_as_one(frame, self._source.joined.get(field.name, (column,)))
            if column is not None
            else pl.Series([self._source.constants[field.name]]).new_from_index(0, frame.height)
        )
        # Here, not later: the same number in another spelling must already be the same when duplicates are judged.
        hidden = partial(self._hidden, field) if field.kind is FieldKind.REFERENCE else None
        spelling = replace(self._spelling, decimal=batch.decimals.get(column or "", self._source.decimal_sign))
        read = read_column(raw, field, spelling, self._today, self._source.values.get(field.name), hidden)
        self._ambiguous += read.ambiguous
        self._nonexistent += read.nonexistent
        self._filled[field.name] += read.filled
        if read.nothings:
            self._nothings[field.name].update(read.nothings)
        if read.unmapped:
            self._unmapped[field.name].update(read.unmapped)
        if self._codes is not None and field.name in self._codes.known.names_refuse:
            names = _code("personal_data:a name", names_among(read.values))
            read = replace(read, failed=read.failed.zip_with(read.failed.is_not_null(), names))
        return read

    def _hidden(self, field: ContractField, references: pl.Series) -> pl.Series:
        if field.name not in CASE_NUMBERS:
            return pseudonymised(references, field.column, self._key, recent=self._pseudonyms[field.column])
        numbers = self._source.case_numbers
        canonical = numbers.canonical if numbers != CaseNumbers() else None
        return pseudonymised(references, "case_id", self._key, canonical, self._pseudonyms["case_id"])

    def _failures(self, rows: pl.DataFrame, reads: dict[str, Read]) -> pl.DataFrame:
        """Per row the first reason why it cannot be taken: position, code, column."""
        code = column = pl.lit(None, pl.String)
        failed: dict[str, pl.Series] = {}
        if self._source.mode == "deletions":
            references = [name for name, field in self._fields.items() if field.kind is FieldKind.REFERENCE]
            nothing = rows.select(pl.all_horizontal(pl.col(references).is_null())).to_series()
            failed[references[0]] = _code("missing_value", nothing)
        for name, read in reads.items():
            codes = read.failed
            if name in self._required and rows[name].null_count():
                absent = rows[name].is_null() & codes.is_null()
                codes = codes.zip_with(~absent, _code("missing_value", absent))
            if codes.null_count() < codes.len():
                earlier = failed.get(name, codes)
                failed[name] = codes.zip_with(codes.is_not_null(), earlier)
        for name in reversed([name for name in reads if name in failed]):
            code = pl.when(pl.col(name).is_not_null()).then(pl.col(name)).otherwise(code)
            column = pl.when(pl.col(name).is_not_null()).then(pl.lit(self._spoken(name))).otherwise(column)
        rows = pl.DataFrame([rows["position"], *(codes.alias(name) for name, codes in failed.items())])
        return rows.with_columns(code=code, column=column).select("position", "code", "column")

    def _spoken(self, name: str) -> str:
        """A column as people know it; the connector's own have no name."""
        column = self._columns.get(name, name).replace(AND, "/")
        return name if column.startswith("\x00") else column

    def _set_aside(self, batch: Batch, failures: pl.DataFrame) -> None:
        if not batch.faults and not failures.height:
            return
        given = [(fault.position, fault.reason_code, fault.reason, fault.column_name) for fault in batch.faults]
        short, detail = pl.col("code").str.extract("^([^:]*)"), pl.col("code").str.extract(":(.*)$")
        found = failures.select(
            position="position",
            reason_code=short,
            reason=short.replace_strict(QUARANTINE_REASONS, return_dtype=pl.String)
            + pl.format(" ({})", detail).fill_null(""),
            column_name="column",
        )
        faults = pl.concat([pl.DataFrame(given, schema=FAULT_COLUMNS, orient="row"), found]).sort("position")
        self._is_sorted &= faults["position"][0] > self._last_fault
        self._last_fault = max(self._last_fault, faults["position"][-1])
        self._refused.add(faults)


class _OneKind:
    """The records of one kind that a delivery yields."""

    def __init__(
        self,
        record: Record,
        source: Source,
        mapped: Iterable[str],
        units: Units,
        key: Key,
        spool: Spool | None,
        codes: DeliveryCodes | None,
    ) -> None:
        self.record = record
        self._codes = codes
        self.taken = 0
        self._is_counted = record is source.records[0]
        self._of_source = source.of or source.name
        self._units = units
        self._key = key
        self._mapped = [field.name for field in record.fields if field.name in mapped]
        landed = LANDED[record.name]
        self._schema = {name: landed[name] for name in landed if name == "position" or name not in PROVENANCE}
        self.pile = Pile(self._schema, spool, record.name)
        self._oneness = Oneness(record, source, self._mapped, key, spool)
        # A bit a row: beside the fingerprints' verdict this is all that is kept of each row in memory.
        self._touched: list[tuple[NDArray[np.uint8], int]] = []

    def take(self, rows: pl.DataFrame) -> None:
        """The next rows of the delivery."""
        if not self._is_counted:
            # What event rows say about their case: each distinct set of attributes once, at its first position.
            given = [pl.col(name).is_not_null() for name in self._mapped if name != "case_ref"]
            rows = rows.filter(pl.any_horizontal(given)).unique(self._mapped, keep="first", maintain_order=True)
        self.taken += rows.height
        self._oneness.add(rows)
        coarse, touched = coarsened(self.record, rows, self._units, self._key)
        self._touched.append((np.packbits(touched.to_numpy()), rows.height))
        if self._codes is not None:
            coarse = self._codes.hidden(self.record, rows, coarse, self._key)
        self.pile.add(self._as_landed(coarse))

    def close(self) -> int:
        """Strike out what repeats an earlier row; returns how many of the others were kept to the day.

        Raises:
            Refused: rows that share a key say different things.
        """
        repeated = self._oneness.settle(self.pile)
        if self._codes is not None:
            self.pile.settle(self._codes.meanings(self.record), UNLISTED, self.record.derived)
        place = kept = 0
        for bits, rows in self._touched:
            kept += int((np.unpackbits(bits, count=rows).astype(bool) & ~repeated[place : place + rows]).sum())
            place += rows
        return kept

    def _as_landed(self, rows: pl.DataFrame) -> pl.DataFrame:
        named = {field.column: field.name for field in self.record.fields}
        if self.record is REMOVALS:
            rows = rows.with_columns(of_source=pl.lit(self._of_source))
        return rows.select(
            pl.col(name).cast(dtype).alias(column)
            if (name := named.get(column, column)) in rows.columns
            else pl.lit(None, dtype).alias(column)
            for column, dtype in self._schema.items()
        )


def _code(code: str, mask: pl.Series) -> pl.Series:
    """A reason code where the mask holds."""
    return pl.Series([code]).new_from_index(0, mask.len()).set(~mask, None)
