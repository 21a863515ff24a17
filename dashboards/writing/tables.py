"""Cells of a table, once for the page and once for the CSV: the same rounded value in both."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import Any, Final

import polars as pl

from dashboards.questions.small_cells import MARK, WITHHELD
from dashboards.words import numbers, say
from dashboards.writing.elements import PageTable, TableColumn

MOST_ROWS: Final = 200
"""So many rows of a table a page shows; the CSV file has all."""
HIDDEN: Final = "."
UNKNOWN: Final = "k.\u202fA."
# Spreadsheets pass over blanks, marks without width and quotes before they look for a formula.
_STARTS_A_FORMULA: Final = re.compile(
    r"[\t\r\n]"
    r"|[\s\"'\u201c-\u201f\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff\x00-\x1f]*[=+\-@\uff1d\uff0b\uff0d\uff20]"
)


def shown_rows(table: PageTable) -> list[list[str]]:
    """The cells as the page prints them: all rows, or of a long table those that count most, in the table's order."""
    rows = _counting_most(table).iter_rows(named=True)
    return [[_shown(row, column) for column in table.columns] for row in rows]


def _counting_most(table: PageTable) -> pl.DataFrame:
    frame, by = table.frame, table.ranked_by
    if frame.height <= MOST_ROWS or not by:
        return frame.head(MOST_ROWS)
    # What is hidden is null and comes last: its place would tell its size.
    place = pl.int_range(pl.len())
    most = frame.select(place.sort_by(by, descending=True, nulls_last=True, maintain_order=True)).to_series()
    return frame[most.head(MOST_ROWS).sort()]


def left_out(table: PageTable) -> str:
    """The sentence on the rows a page does not show; empty where it shows all."""
    rows = table.frame.height
    if rows <= MOST_ROWS:
        return ""
    which = f"die {MOST_ROWS} mit den meisten Vorgängen" if table.ranked_by else f"die ersten {MOST_ROWS}"
    others = say.plural(rows - MOST_ROWS, "weitere Zeile steht", "weitere Zeilen stehen")
    return f"Gezeigt sind {which} von {numbers.plain(rows)} Zeilen; {others} nur in der CSV-Datei."


def csv_text(table: PageTable) -> str:
    """The same cells as a German spreadsheet opens them: `;`, decimal comma, BOM, formulas defused."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([defused(column.label.replace("\u00a0", " ")) for column in table.columns])
    for row in table.frame.iter_rows(named=True):
        writer.writerow([_plain(row, column) for column in table.columns])
    return "\ufeff" + out.getvalue()


def signs(rows: list[list[str]]) -> list[str]:
    """The explanation of every sign that really occurs in shown rows."""
    cells = {cell for row in rows for cell in row}
    explained = {
        HIDDEN: "„.“ = nicht gezeigt, weil zu wenige Vorgänge dahinterstehen oder sich diese sonst errechnen ließen",
        UNKNOWN: "„k. A.“ = keine Angabe möglich: Die Daten dafür fehlen oder reichen noch nicht aus",
    }
    return [text for sign, text in explained.items() if sign in cells]


def defused(text: str) -> str:
    """Text that a spreadsheet will not run."""
    return f"'{text}" if _STARTS_A_FORMULA.match(text) else text


def _missing(row: dict[str, Any], column: TableColumn) -> str:
    return HIDDEN if row.get(MARK) or column.name in row.get(WITHHELD, ()) else UNKNOWN


def _shown(row: dict[str, Any], column: TableColumn) -> str:
    value = row[column.name]
    if value is None:
        return _missing(row, column)
    return _text(value, column) if not column.is_number else numbers.plain(*_amount(value, column))


def _plain(row: dict[str, Any], column: TableColumn) -> str:
    value = row[column.name]
    if value is None:
        return _missing(row, column).replace(numbers.THIN, " ")
    if not column.is_number:
        return defused(_text(value, column))
    return str(numbers.rounded(*_amount(value, column))).replace(".", ",")


def _amount(value: Any, column: TableColumn) -> tuple[Any, int]:  # noqa: ANN401
    digits = 0 if column.format in ("count", "euro", "hours") else column.digits
    if column.format == "share":
        return numbers.share_points(value), digits
    if column.format == "days":
        return float(value) / numbers.SECONDS_PER_DAY, digits
    return value, digits


def _text(value: Any, column: TableColumn) -> str:  # noqa: ANN401
    if column.format == "month" and isinstance(value, dt.date):
        return numbers.month(value)
    if column.format == "day" and isinstance(value, dt.date):
        return numbers.day_short(value)
    if column.format == "yes":
        return "ja" if value else "nein"
    return str(value)
