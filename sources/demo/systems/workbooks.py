"""Spreadsheets as offices keep them: a few title rows, a header, typed cells. The same sheet gives the same bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Cell: TypeAlias = str | int | float | dt.date | None


@dataclass(frozen=True)
class Total:
    """The sheet's last row: a word in the first column, and under the summed columns their sums."""

    word: str
    sums: dict[int, float]


@dataclass(frozen=True)
class Sheet:
    """One worksheet; the header stands in the row after the titles, counted from 1."""

    name: str
    titles: Sequence[str]
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    total: Total | None = None


def write_workbook(path: Path, sheet: Sheet, saved_on: dt.date) -> None:
    """Write a workbook with one sheet, as if saved on that day."""
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime.combine(saved_on, dt.time(7, 30))})
        number = book.add_format({"num_format": "#,##0.00"})
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        page = book.add_worksheet(sheet.name)
        for row, title in enumerate(sheet.titles):
            page.write_string(row, 0, title)
        top = len(sheet.titles)
        for column, name in enumerate(sheet.header):
            page.write_string(top, column, name)
        for row, cells in enumerate(sheet.rows, start=top + 1):
            for column, cell in enumerate(cells):
                _write(page, row, column, cell, number, day)
        if sheet.total is not None:
            _write_total(page, sheet.total, top + 1, len(sheet.rows), number)


def _write(page: Worksheet, row: int, column: int, cell: Cell, number: Format, day: Format) -> None:
    match cell:
        case None:
            pass
        case str():
            page.write_string(row, column, cell)
        case int():
            page.write_number(row, column, cell)
        case float():
            page.write_number(row, column, cell, number)
        case dt.date():
            page.write_datetime(row, column, dt.datetime.combine(cell, dt.time(0)), day)


def _write_total(page: Worksheet, total: Total, first: int, rows: int, number: Format) -> None:
    """Sums are formulas with their value beside them, as a spreadsheet stores them."""
    last = first + rows
    page.write_string(last, 0, total.word)
    for column, value in total.sums.items():
        letter = chr(ord("A") + column)
        # The library writes any value as it is, its type hint knows only whole ones.
        page.write_formula(last, column, f"=SUM({letter}{first + 1}:{letter}{last})", number, value)  # pyright: ignore[reportArgumentType]
