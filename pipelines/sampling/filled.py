"""Reading a filled sheet: an XLSX file or its counts sheet saved as CSV. What is wrong is said with sheet and cell.

What somebody wrote into a cell is never repeated: it could be a name.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import fastexcel
import numpy as np
from numpy.typing import NDArray
from xlsxwriter.utility import xl_col_to_name

from pipelines.sampling.kinds import AWAY, BESIDES
from pipelines.sampling.plan import Plan, Round, parts
from pipelines.sampling.refusal import NotSampled
from pipelines.sampling.workbook import CASES, FIXED, MINUTES, NUMBER, SHEET

Ints = NDArray[np.int64]
Grid = list[list[str]]

_VALUE: Final = 3
"""The column in which a fact of the plan stands."""
_WHOLE: Final = re.compile(r"^(\d{1,9})(?:[.,]0+)?$")
_NUMBER: Final = re.compile(r"^[-−]?\d+(?:[.,]\d+)*$")
_YES: Final = ("ja", "x", "j")


@dataclass(frozen=True)
class Filled:
    """What a sheet says.

    Attributes:
        plan: the plan it was made from.
        marks: people seen per round and kind of work, other work and absence last (R × A + 2); held rounds only.
        staff: people of the group per round (R).
        parts: the part of the period each round was drawn from (R).
        cancelled: rounds that did not take place.
        cases: cases decided in the period per kind of work, as somebody filled them in; None where nobody did.
        cells: where each of them belongs.
        staffed_minutes: minutes of duty of all people in the period together; None where nobody told.
    """

    plan: Plan
    marks: Ints
    staff: Ints
    parts: Ints
    cancelled: int
    cases: tuple[int | None, ...]
    cells: tuple[str, ...]
    staffed_minutes: int | None


def read_sheet(path: Path, least_staff: int) -> Filled:
    """Read and check a filled sheet.

    Args:
        path: an XLSX file, or the counts sheet saved as CSV.
        least_staff: fewer people than that may not be observed.

    Raises:
        NotSampled: with one sentence per mistake.
    """
    grid, name = _grid(path)
    return _Sheet(grid, name).read(least_staff)


def _grid(path: Path) -> tuple[Grid, str]:
    """The cells of the counts sheet as texts, and how the sheet is called in sentences."""
    if not path.is_file():
        raise NotSampled(f"{path}: no such file; name the filled sheet.")
    if path.suffix.lower() == ".csv":
        return _csv_grid(path.read_bytes(), path.name), path.name
    try:
        book = fastexcel.read_excel(path)
        if SHEET not in book.sheet_names:
            raise NotSampled(f"{path.name}: has no sheet '{SHEET}'; load a file that `papierwende sample plan` made.")
        frame = book.load_sheet(SHEET, header_row=None, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        raise NotSampled(f"{path.name}: is no workbook that can be read; save it as .xlsx, or as CSV.") from error
    return [[(cell or "").strip() for cell in row] for row in frame.rows()], SHEET


def _csv_grid(content: bytes, name: str) -> Grid:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("windows-1252", errors="replace")
    delimiter = max(";,\t", key=text.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise NotSampled(f"{name}: is no CSV that can be read; save the sheet '{SHEET}' as CSV anew.") from error
    return [[cell.strip() for cell in row] for row in rows]


class _Sheet:
    """A counts sheet as cells; collects what is wrong with it."""

    def __init__(self, grid: Grid, name: str) -> None:
        width = max((len(row) for row in grid), default=0)
        self.grid = [row + [""] * (width - len(row)) for row in grid]
        self.name = name
        self.problems: list[str] = []

    def read(self, least_staff: int) -> Filled:
        head = self._head()
        keys = [key for key in self.grid[head - 1][len(FIXED) :] if key]
        rows = self._rows(head)
        plan = self._plan(head, keys, rows)
        held, staff, marks, cancelled = self._rounds(rows, len(keys), least_staff)
        ends = rows[-1] + 1
        cases = tuple(
            self._whole(self._row(ends, CASES), len(FIXED) + place, "how many cases were decided")
            for place in range(len(plan.kinds))
        )
        minutes = self._whole(self._row(ends, MINUTES), len(FIXED), "the minutes of duty")
        if minutes == 0:
            self.problems.append(f"{self._cell(self._row(ends, MINUTES), len(FIXED))}: is 0; leave it empty.")
        if not held and not self.problems:
            self.problems.append(f"{self.name}: no round was held; nothing can be computed.")
        if self.problems:
            raise NotSampled(self.problems)
        cells = tuple(self._cell(self._row(ends, CASES), len(FIXED) + place) for place in range(len(plan.kinds)))
        return Filled(plan, np.array(marks), np.array(staff), np.array(held), cancelled, cases, cells, minutes)

    def _head(self) -> int:
        found = next((number for number, row in enumerate(self.grid) if row[: len(FIXED)] == list(FIXED)), 0)
        if found == 0:
            raise NotSampled(
                f"{self.name}: no line begins with {NUMBER}, {FIXED[1]}, {FIXED[2]}; load a sheet that "
                "`papierwende sample plan` made, with all its columns."
            )
        return found

    def _rows(self, head: int) -> list[int]:
        """The lines of rounds: those below the head that begin with a number."""
        rows = [number for number in range(head + 1, len(self.grid)) if _WHOLE.match(self.grid[number][0])]
        if not rows:
            raise NotSampled(f"{self.name}: no line of a round below line {head + 1}; fill the sheet as it was made.")
        return rows

    def _row(self, begins: int, name: str) -> int:
        for number in range(begins, len(self.grid)):
            if self.grid[number][0] == name:
                return number
        raise NotSampled(f"{self.name}: the line '{name}' is missing; fill the sheet as it was made.")

    def _plan(self, head: int, keys: list[str], rows: list[int]) -> Plan:
        """The plan as the sheet tells it; its id tells whether that is what was drawn."""
        told = {row[0]: (number, row[_VALUE]) for number, row in enumerate(self.grid[:head]) if row[0]}
        altered = NotSampled(
            f"{self.name} lines 2 to {head + 1}: the plan's lines, times or kinds of work were altered; fill in a "
            "sheet as `papierwende sample plan` made it, changing only the coloured cells."
        )
        try:
            value = {name: text for name, (_, text) in told.items()}
            plan = Plan(
                value["Stadt"], value["Amt"], tuple(keys[: -len(BESIDES)]), _day(value["erster Tag"]),
                _day(value["letzter Tag"]), int(value["offene Tage"]), int(value["offene Minuten"]),
                value["Prozentpunkte ±"], int(value["Personen je Rundgang"]),
                int(value["Startwert"]), tuple(Round(_day(self.grid[row][1]), self.grid[row][2]) for row in rows),
            )  # fmt: skip
        except (KeyError, ValueError) as error:
            raise altered from error
        if keys[-len(BESIDES) :] != list(BESIDES):
            raise altered
        if plan.plan_id != value.get("Plan"):
            raise self._other_plan(told, altered)
        return plan

    def _other_plan(self, told: dict[str, tuple[int, str]], altered: NotSampled) -> NotSampled:
        if "Plan" not in told or "Startwert" not in told:
            return altered
        seed, plan = (self._cell(told[name][0], _VALUE) for name in ("Startwert", "Plan"))
        return NotSampled(
            f"{seed}: with this seed, and the times and kinds of work below it, the plan is not the one that {plan} "
            "names; something is of another plan or was altered; fill in only the coloured cells of one plan's sheet."
        )

    def _rounds(self, rows: list[int], kinds: int, least: int) -> tuple[list[int], list[int], list[list[int]], int]:
        drawn_from = parts(len(rows))
        held: list[int] = []
        staff: list[int] = []
        marks: list[list[int]] = []
        cancelled = 0
        for part, row in zip(drawn_from, rows, strict=True):
            if self._is_cancelled(row, kinds):
                cancelled += 1
                continue
            seen = self._round(row, kinds, least)
            if seen is not None:
                held.append(part)
                staff.append(seen[0])
                marks.append(seen[1])
        return held, staff, marks, cancelled

    def _is_cancelled(self, row: int, kinds: int) -> bool:
        word = self.grid[row][3].lower()
        if word and word not in _YES:
            self.problems.append(f"{self._cell(row, 3)}: holds another word than ja; write ja or nothing.")
        filled = [self.grid[row][4], *self._marks(row, kinds)]
        if word in _YES and any(filled):
            self.problems.append(f"{self._cell(row, 3)}: a cancelled round that has counts; clear one of them.")
        return bool(word)

    def _marks(self, row: int, kinds: int) -> list[str]:
        return self.grid[row][len(FIXED) : len(FIXED) + kinds]

    def _round(self, row: int, kinds: int, least: int) -> tuple[int, list[int]] | None:
        """People of the group and people per kind of work of one round; None when something is wrong with it."""
        if not self.grid[row][4] and not any(self._marks(row, kinds)):
            last = xl_col_to_name(len(FIXED) + kinds - 1)
            self.problems.append(
                f"{self._cell(row, 4)} to {last}{row + 1}: this round is missing; fill it in, or write ja into "
                f"{xl_col_to_name(3)}{row + 1} when it was cancelled."
            )
            return None
        before = len(self.problems)
        staff = self._whole(row, 4, "how many people the group had")
        if staff is None and len(self.problems) == before:
            self.problems.append(f"{self._cell(row, 4)}: is empty; write how many people the group had.")
        counts = [self._whole(row, len(FIXED) + place, "how many people were seen") for place in range(kinds)]
        if len(self.problems) > before or staff is None:
            return None
        self._balance(row, staff, [count or 0 for count in counts], None in counts, least)
        return (staff, [count or 0 for count in counts])

    def _balance(self, row: int, staff: int, counts: list[int], has_gaps: bool, least: int) -> None:
        total, where = sum(counts), self._cell(row, 4)
        if staff < least:
            self.problems.append(
                f"{where}: {staff} people, and fewer than {least} may not be observed; count the absent too, or "
                "observe the office together with its parent."
            )
        if total > staff:
            self.problems.append(
                f"{where}: {total} people were seen, but the group had {staff}; correct the one or the other."
            )
        if total < staff:
            gaps = "fill the empty cells, or count" if has_gaps else "count"
            self.problems.append(
                f"{where}: {total} of {staff} people were seen; {gaps} who was not there under '{AWAY}'."
            )

    def _whole(self, row: int, column: int, what: str) -> int | None:
        """A whole number, None when the cell is empty or wrong."""
        text = self.grid[row][column]
        if not text:
            return None
        if whole := _WHOLE.match(text):
            return int(whole[1])
        wrong = "is no number"
        if _NUMBER.match(text):
            wrong = "is negative" if text[0] in "-−" else "is no whole number up to 999999999 without points"
        self.problems.append(f"{self._cell(row, column)}: {wrong}; write {what}, 0 or more.")
        return None

    def _cell(self, row: int, column: int) -> str:
        return f"{self.name} {xl_col_to_name(column)}{row + 1}"


def _day(text: str) -> dt.date:
    return dt.datetime.strptime(text, "%d.%m.%Y").date()
