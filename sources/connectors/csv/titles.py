"""Titles above the header of a table: how many lines they are, and whether what follows surely holds names."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final, NamedTuple

MOSTLY: Final = 0.8
# A cell such as these stands among data, never in a header.
DATUM: Final = re.compile(r"^[\d.,/: +-]+$|^\d{4}-\d\d-\d\d|^\d{1,2}\.\d{1,2}\.\d{2,4}|@")
_SENTENCE: Final = re.compile(r"[\s\d]")


class CsvRow(NamedTuple):
    """A row of a CSV file, and the line it begins in."""

    line: int
    cells: list[str]

    @property
    def filled(self) -> int:
        """How many cells hold something."""
        return sum(bool(cell.strip()) for cell in self.cells)


def titles(rows: list[CsvRow]) -> int:
    """How many rows stand above the first that is about as filled as the table; 0 when that one looks like data.

    Values must never be shown as names, as they would be if a row of data passed for the header.
    """
    if not rows:
        return 0
    # A row that a stray delimiter widened does not say how wide the table is.
    usual = Counter(len(row.cells) for row in rows).most_common(1)[0][0]
    full = max(row.filled for row in rows if len(row.cells) == usual)
    place = next(number for number, row in enumerate(rows) if row.filled >= MOSTLY * full)
    return 0 if any(DATUM.search(cell.strip()) for cell in rows[place].cells) else place


def is_header(rows: list[CsvRow], place: int) -> bool:
    """Whether the row below titles surely holds names; else the first above may hold them, and it holds values."""
    names = [cell.strip() for cell in rows[place].cells]
    below = [[cell.strip() for cell in row.cells] for row in rows[place + 1 :]]
    recurs = any(name and name in (row[at] for row in below if at < len(row)) for at, name in enumerate(names))
    return not recurs and all(_is_title(row) for row in rows[:place])


def _is_title(row: CsvRow) -> bool:
    """A line of its own, a sentence, or a label and what it says: no name of a column."""
    filled = [cell.strip() for cell in row.cells if cell.strip()]
    if any(DATUM.search(cell) or cell.endswith((":", "=")) for cell in filled):
        return True
    return len(row.cells) == 1 or not filled or (len(filled) == 1 and _SENTENCE.search(filled[0]) is not None)
