"""A sheet as somebody fills it in: read cell by cell, changed, and saved anew, as a spreadsheet program does."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path

import fastexcel
import xlsxwriter

Cells = dict[str, list[list[object]]]
SHEET = "Zählung"
HEAD = ["Nr.", "Datum", "Uhrzeit", "ausgefallen", "Personen", "noch offen"]


def cells_of(path: Path) -> Cells:
    """All sheets as grids of texts."""
    book = fastexcel.read_excel(path)
    found: Cells = {}
    for name in book.sheet_names:
        frame = book.load_sheet(name, header_row=None, dtypes="string").to_polars()
        found[name] = [list(row) for row in frame.rows()]
    return found


def save(path: Path, cells: Cells) -> Path:
    """Grids as a workbook; numbers as numbers."""
    with xlsxwriter.Workbook(str(path)) as book:
        for name, grid in cells.items():
            sheet = book.add_worksheet(name)
            for row, values in enumerate(grid):
                for column, value in enumerate(values):
                    if value is not None:
                        sheet.write(row, column, value)
    return path


def save_csv(path: Path, cells: Cells, delimiter: str = ";", encoding: str = "windows-1252") -> Path:
    """The counts sheet as CSV, as a German Excel writes it."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(cells[SHEET])
    return path


def first_round(grid: list[list[object]]) -> int:
    """The row of the first round, from 0."""
    return next(number for number, row in enumerate(grid) if row[: len(HEAD)] == HEAD) + 1


def rounds(grid: list[list[object]]) -> list[int]:
    """The rows of all rounds."""
    first = first_round(grid)
    return [row for row in range(first, len(grid)) if str(grid[row][0] or "").isdigit()]


def fill(
    cells: Cells,
    counts: Callable[[int], tuple[int, list[int]]],
    *,
    cases: Mapping[str, int] | None = None,
    minutes: int | None = None,
) -> Cells:
    """A sheet with every round filled.

    Args:
        cells: the sheet as it was made; changed in place.
        counts: people of the group and people per column, by the round's number from 0.
        cases: decided cases by the key of the kind of work.
        minutes: minutes of duty.
    """
    grid = cells[SHEET]
    for number, row in enumerate(rounds(grid)):
        staff, marks = counts(number)
        grid[row][4] = staff
        grid[row][6 : 6 + len(marks)] = [mark or None for mark in marks]
    ends = rounds(grid)[-1] + 1
    keys = grid[first_round(grid) - 2]
    for key, count in (cases or {}).items():
        grid[ends][keys.index(key)] = count
    if minutes is not None:
        grid[ends + 1][6] = minutes
    return cells
