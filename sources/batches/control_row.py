"""The row that holds a delivery's totals: whether all amounts add up to it, to the cent. It is no record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Final

import polars as pl

from sources.batches.protocol import Batch, Refused
from sources.contract.records import COUNTS, Field, FieldKind
from sources.town.rows import ControlRow
from sources.town.source import Source
from sources.values.columns import Read, Spelling, read_column, trimmed

SUMMED: Final = (FieldKind.EURO, FieldKind.AMOUNT)


class _Totals:
    """Per column what the rows add up to and how many could not be read; what the control row says of it."""

    def __init__(self, source: Source) -> None:
        self._fields = summed_columns(source)
        self._decimal = source.decimal_sign
        self.sums = dict.fromkeys(self._fields, Decimal(0))
        self.unread = dict.fromkeys(self._fields, 0)
        self.stated: dict[str, Decimal | None] = {}
        self.garbled: set[str] = set()

    def add(self, rows: pl.DataFrame, decimals: Mapping[str, str]) -> None:
        for column in self._fields:
            read = self._read(rows, column, decimals)
            self.sums[column] += sum(read.values.drop_nulls(), Decimal(0))
            self.unread[column] += read.failed.len() - read.failed.null_count()

    def note_control(self, row: pl.DataFrame, decimals: Mapping[str, str]) -> None:
        for column in self._fields:
            read = self._read(row, column, decimals)
            self.stated[column] = read.values[0]
            self.garbled |= {column} if read.failed[0] is not None else set()

    def _read(self, rows: pl.DataFrame, column: str, decimals: Mapping[str, str]) -> Read:
        field = self._fields[column]
        # The day of reading bounds times; amounts know none.
        spelling = Spelling("UTC", decimal=decimals.get(column, self._decimal))
        return read_column(rows[column].alias(field.name), field, spelling, dt.date.max)


def controlled(path: Path, source: Source, control: ControlRow, batches: Iterator[Batch]) -> Iterator[Batch]:
    """The batches without the control row, and at their end the proof that they are whole.

    Raises:
        Refused: the control row is missing, stands twice or holds no total, or the amounts do not add up to it.
    """
    totals = _Totals(source)
    found = 0
    mapped = set(source.read_columns)
    for batch in batches:
        is_control = (trimmed(batch.frame[control.column]) == control.value.strip()).fill_null(False)
        rows, control_rows = batch.frame.filter(~is_control), batch.frame.filter(is_control)
        found += control_rows.height
        if found > 1:
            raise Refused("control_twice", f"{path.name}: two rows with {_where(control)}; keep the one of the whole.")
        if control_rows.height:
            totals.note_control(control_rows, batch.decimals)
        totals.add(rows, batch.decimals)
        yield replace(batch, frame=rows if control.column in mapped else rows.drop(control.column))
    if not found:
        raise Refused(
            "control_missing",
            f"{path.name}: no row with {_where(control)}, so nothing says the delivery is whole; "
            "have the export write it, or correct [source.control].",
        )
    _refuse_other_sums(path, control, totals)


def _refuse_other_sums(path: Path, control: ControlRow, totals: _Totals) -> None:
    if totals.garbled or not any(stated is not None for stated in totals.stated.values()):
        where = f" of '{min(totals.garbled)}'" if totals.garbled else ""
        raise Refused(
            "control_empty", f"{path.name}: the row with {_where(control)} holds no total{where}; correct the export."
        )
    for column, stated in totals.stated.items():
        if stated is None or _cents(stated) == _cents(totals.sums[column]):
            continue
        unread = f", and {totals.unread[column]} of them cannot be read" if totals.unread[column] else ""
        raise Refused(
            "control_total",
            f"{path.name}: the rows of '{column}' add up to {_written(totals.sums[column])}{unread}, but the row with "
            f"{_where(control)} says {_written(stated)}; nothing was taken in, have the export run again.",
        )


def summed_columns(source: Source) -> dict[str, Field]:
    """The columns whose amounts add up, with how each is read."""
    fields = {field.name: field for record in source.records for field in record.fields}
    named = {column: fields[name] for name, column in source.columns.items() if name in fields}
    summed = {column: one for column, one in named.items() if one.kind in SUMMED}
    value = next(field for field in COUNTS.fields if field.name == "value")
    return summed | dict.fromkeys(source.counts.values(), value)


def _where(control: ControlRow) -> str:
    return f"{control.column} = '{control.value}'"


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))


def _written(amount: Decimal) -> str:
    return f"{amount:,.2f}" if amount == amount.quantize(Decimal("0.01")) else f"{amount:,.4f}"
