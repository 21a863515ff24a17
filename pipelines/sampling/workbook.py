"""The workbook to fill: when to walk, and a line per round with a cell for each kind of work. No cell says who."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from dashboards.words import numbers
from pipelines.sampling.draw import Drawn
from pipelines.sampling.kinds import BESIDES
from pipelines.sampling.plan import Plan

PLAN_SHEET: Final = "Plan"
SHEET: Final = "Zählung"
NUMBER: Final = "Nr."
CANCELLED: Final = "ausgefallen"
STAFF: Final = "Personen"
OPEN: Final = "noch offen"
FIXED: Final = (NUMBER, "Datum", "Uhrzeit", CANCELLED, STAFF, OPEN)
"""The columns before those of the kinds of work."""
CASES: Final = "entschiedene Vorgänge im Zeitraum"
MINUTES: Final = "besetzte Minuten im Zeitraum"
FILL: Final = "#fff7df"
MOST_PEOPLE: Final = 1000
MOST_COUNTED: Final = 100_000_000
_MADE: Final = dt.datetime(2000, 1, 1)
"""A fixed day of making: the same plan twice is the same file."""
_LETTERS: Final = 6.5
HOW: Final = (
    "Je Rundgang eine Zeile: zuerst die Zahl der Personen der Gruppe, auch der abwesenden, dann je Tätigkeit, wie "
    "viele gerade dabei sind. Leere Felder gelten als 0, wenn die Zeile aufgeht („noch offen“ zeigt 0). Fiel ein "
    "Rundgang aus, „ja“ in die Spalte „ausgefallen“. Keine Namen, keine Kürzel."
)
HOW_ENDED: Final = (
    "Vorgänge: nur nötig, wo Papierwende den Zeitraum noch nicht veröffentlicht hat. Besetzte Minuten: was die Gruppe "
    "im Zeitraum zusammen an Dienstzeit hatte, auch außerhalb der Öffnungszeit, Pausen und Abwesenheit mitgezählt; "
    "leer heißt Öffnungszeit mal Personen."
)


def facts(plan: Plan) -> list[tuple[str, str]]:
    """What the sheet says of its plan, by its German name; together with rounds and kinds that is the whole plan."""
    return [
        ("Stadt", plan.town),
        ("Amt", plan.office_code),
        ("erster Tag", numbers.day_short(plan.first_day)),
        ("letzter Tag", numbers.day_short(plan.last_day)),
        ("offene Tage", str(plan.open_days)),
        ("offene Minuten", str(plan.open_minutes)),
        ("Prozentpunkte ±", plan.error),
        ("Personen je Rundgang", str(plan.staff)),
        ("Startwert", str(plan.seed)),
        ("Plan", plan.plan_id),
    ]


def write_workbook(path: Path, drawn: Drawn) -> None:
    """Write a plan as a workbook; the same plan gives the same bytes."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"title": f"Zählbogen {drawn.office_name}", "created": _MADE})
        _Sheets(book, drawn).write()


class _Sheets:
    """The two sheets of a workbook, and the formats they share."""

    def __init__(self, book: xlsxwriter.Workbook, drawn: Drawn) -> None:
        self.drawn = drawn
        self.columns = (*drawn.labels, *BESIDES)
        self.counts = book.add_worksheet(SHEET)
        self.times = book.add_worksheet(PLAN_SHEET)
        line = {"border": 1, "border_color": "#a0a0a0"}
        self.bold: Format = book.add_format({"bold": True})
        self.title: Format = book.add_format({"bold": True, "font_size": 14})
        self.wrapped: Format = book.add_format({"text_wrap": True, "valign": "top"})
        self.head: Format = book.add_format({"bold": True, "text_wrap": True, "valign": "bottom", **line})
        self.turned: Format = book.add_format({"bold": True, "rotation": 90, "text_wrap": True, **line})
        self.quiet: Format = book.add_format({"font_size": 8, "font_color": "#595959"})
        self.cell: Format = book.add_format(line)
        self.fill: Format = book.add_format({"locked": False, "bg_color": FILL, **line})

    def write(self) -> None:
        """Fill both sheets and lock what is not to be filled."""
        self._write_counts()
        self._write_times()
        for sheet in (self.counts, self.times):
            sheet.set_paper(9)
            sheet.ignore_errors({"number_stored_as_text": "A1:Z2000"})
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            sheet.protect("", {"format_columns": True, "format_rows": True})

    def _head(self, sheet: Worksheet, what: str) -> int:
        """Title and facts; returns the next free row."""
        sheet.write_string(0, 0, f"{what}: {self.drawn.office_name}", self.title)
        for row, (name, value) in enumerate(facts(self.drawn.plan), start=1):
            sheet.write_string(row, 0, name, self.bold)
            sheet.write_string(row, 3, value)
        return len(facts(self.drawn.plan)) + 1

    def _write_counts(self) -> None:
        sheet, plan = self.counts, self.drawn.plan
        row = self._head(sheet, "Zählbogen")
        last = len(FIXED) + len(self.columns) - 1
        sheet.merge_range(row, 0, row, last, HOW, self.wrapped)
        sheet.set_row(row, 48)
        keys, head = row + 1, row + 2
        for column, key in enumerate((*plan.kinds, *BESIDES), start=len(FIXED)):
            sheet.write_string(keys, column, key, self.quiet)
        sheet.set_row(keys, None, None, {"hidden": True})
        for column, name in enumerate(FIXED):
            sheet.write_string(head, column, name, self.head)
        for column, name in enumerate(self.columns, start=len(FIXED)):
            sheet.write_string(head, column, name, self.turned)
        sheet.set_row(head, 40 + _LETTERS * min(max(map(len, self.columns)), 30))
        sheet.set_column(0, 0, 6)
        sheet.set_column(1, 2, 11)
        sheet.set_column(3, len(FIXED) - 1, 11)
        sheet.set_column(len(FIXED), last, 6)
        self._write_rounds(head + 1)
        self._write_ends(head + 1 + len(plan.rounds))
        sheet.freeze_panes(head + 1, len(FIXED))

    def _write_rounds(self, first: int) -> None:
        sheet, begins = self.counts, len(FIXED)
        ends = begins + len(self.columns) - 1
        for number, one in enumerate(self.drawn.plan.rounds):
            row = first + number
            for column, text in enumerate((str(number + 1), numbers.day_short(one.day), one.clock)):
                sheet.write_string(row, column, text, self.cell)
            for column in (3, 4, *range(begins, ends + 1)):
                sheet.write_blank(row, column, None, self.fill)
            staff = f"E{row + 1}"
            marks = f"{xl_col_to_name(begins)}{row + 1}:{xl_col_to_name(ends)}{row + 1}"
            sheet.write_formula(row, 5, f'=IF({staff}="","",{staff}-SUM({marks}))', self.cell, "")  # type: ignore[arg-type]
        last = first + len(self.drawn.plan.rounds) - 1
        sheet.data_validation(first, 3, last, 3, {"validate": "list", "source": ["ja"]})
        for left, right in ((4, 4), (begins, ends)):
            sheet.data_validation(first, left, last, right, _whole(MOST_PEOPLE))

    def _write_ends(self, row: int) -> None:
        """Below the rounds: cases and staffed minutes, both only where the program cannot know them."""
        sheet, begins = self.counts, len(FIXED)
        last = begins + len(self.drawn.labels) - 1
        for place, name in enumerate((CASES, MINUTES)):
            sheet.write_string(row + place, 0, name, self.bold)
        for column in range(begins, last + 1):
            sheet.write_blank(row, column, None, self.fill)
        sheet.write_blank(row + 1, begins, None, self.fill)
        sheet.data_validation(row, begins, row, last, _whole(MOST_COUNTED))
        sheet.data_validation(row + 1, begins, row + 1, begins, _whole(MOST_COUNTED))
        sheet.merge_range(row + 2, 0, row + 2, begins + len(self.columns) - 1, HOW_ENDED, self.wrapped)
        sheet.set_row(row + 2, 48)

    def _write_times(self) -> None:
        sheet = self.times
        row = self._head(sheet, "Rundgänge")
        for column, name in enumerate((NUMBER, "Tag", "Datum", "Uhrzeit")):
            sheet.write_string(row, column, name, self.head)
        for number, one in enumerate(self.drawn.plan.rounds, start=1):
            cells = (str(number), weekday(one.day), numbers.day_short(one.day), one.clock)
            for column, text in enumerate(cells):
                sheet.write_string(row + number, column, text, self.cell)
        sheet.set_column(0, 0, 6)
        sheet.set_column(1, 3, 13)
        sheet.freeze_panes(row + 1, 0)


def weekday(day: dt.date) -> str:
    """`Mo` to `So`."""
    return ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")[day.weekday()]


def _whole(most: int) -> dict[str, object]:
    return {
        "validate": "integer", "criteria": "between", "minimum": 0, "maximum": most,
        "error_title": "Keine Zahl", "error_message": f"Bitte eine ganze Zahl von 0 bis {most} eintragen.",
    }  # fmt: skip
