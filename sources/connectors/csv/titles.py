"""Titles above the header of a table: how many lines they are, and whether what follows surely holds names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

MOSTLY: Final = 0.8
# A cell such as these stands among data, never in a header.
DATUM: Final = re.compile(r"^[\d.,/: +-]+$|^\d{4}-\d\d-\d\d|^\d{1,2}\.\d{1,2}\.\d{2,4}|@")
_YEAR: Final = re.compile(r"^(19|20)\d\d$")
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
    return 0 if data_in(rows, place) else place


def data_in(rows: Sequence[CsvRow], place: int) -> int:
    """How many cells of a row stand among data only; a year above a column that holds no years may well be a name."""
    below = [row.cells for row in rows[place + 1 :]]
    return sum(
        DATUM.search(name) is not None and not (_YEAR.search(name) and not _holds_years(below, at))
        for at, name in enumerate(cell.strip() for cell in rows[place].cells)
    )


def _holds_years(rows: list[list[str]], at: int) -> bool:
    return not rows or any(at < len(row) and _YEAR.search(row[at].strip()) for row in rows)


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


def titles_told(line: int) -> str:
    """The sentence that says where the header stands."""
    above = "a row of titles" if line == 2 else f"{line - 1} rows of titles"
    return f"Above the header stand{'s' if line == 2 else ''} {above}, which header_row = {line} leaves out."


def below_another_width(rows: Sequence[CsvRow], place: int, names: list[str]) -> tuple[list[str], str] | None:
    """The names that fit rows ending in a delimiter more or less than their header, and a sentence on it; else None.

    Read as they are, all these rows would be refused: they have another number of columns than the header.
    """
    below = rows[place + 1 :]
    usual = Counter(len(row.cells) for row in below).most_common(1)[0][0] if below else len(names)
    fitting = [row.cells for row in below if len(row.cells) == usual]
    gives = "The header is therefore given here, and header_row is the first row of data."
    if usual == len(names) + 1 and all(names) and not any(cells[-1].strip() for cells in fitting):
        extra = f"column_{usual}"
        return [*names, extra], f"Each row ends in a delimiter too many, which makes one empty column more. {gives}"
    if usual == len(names) - 1 and names[-1] == "" and all(names[:-1]):
        return names[:-1], f"The header ends in a delimiter too many, the rows do not. {gives}"
    return None
