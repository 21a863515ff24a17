"""A table of thousands of rows: the page shows those of most cases and says how many it leaves out; the CSV has all."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import polars as pl
import pytest

from dashboards.questions.setting import Setting
from dashboards.writing.elements import Page, PageTable, Section, TableColumn, Trust
from dashboards.writing.html import Writer
from dashboards.writing.tables import MOST_ROWS, csv_text, left_out, shown_rows

SETTING = Setting("T", "HB", "Europe/Berlin", dt.date(2026, 6, 30), "g", "v", 10, False, "", "")
COLUMNS = (TableColumn("service", "Leistung"), TableColumn("cases", "Vorgänge (n)", "count"))


def services(rows: int) -> pl.DataFrame:
    """Services by name, their cases in no order; of every tenth they are hidden."""
    cases = random.Random(7).sample(range(1, 100_000), rows)
    return pl.DataFrame(
        {
            "service": [f"s{number:05}" for number in range(rows)],
            "cases": [None if number % 10 == 0 else count for number, count in enumerate(cases)],
        },
        schema={"service": pl.String, "cases": pl.Int64},
    )


@pytest.mark.parametrize("rows", [0, 1, MOST_ROWS])
def test_a_table_that_is_not_long_is_shown_whole(rows: int) -> None:
    table = PageTable("t", "T", COLUMNS, services(rows), ranked_by="cases")
    assert (len(shown_rows(table)), left_out(table)) == (rows, "")


def test_a_long_table_shows_the_rows_with_most_cases_in_its_own_order() -> None:
    frame = services(3_000)
    shown = [row[0] for row in shown_rows(PageTable("t", "T", COLUMNS, frame, ranked_by="cases"))]
    most = frame.sort("cases", descending=True, nulls_last=True).head(MOST_ROWS)["service"].to_list()
    assert shown == sorted(most)


def test_what_is_hidden_is_no_reason_to_be_shown() -> None:
    frame = services(3_000).with_columns(cases=pl.lit(None, pl.Int64))
    shown = [row[0] for row in shown_rows(PageTable("t", "T", COLUMNS, frame, ranked_by="cases"))]
    assert shown == frame["service"].head(MOST_ROWS).to_list()


def test_without_a_count_the_first_rows_are_shown() -> None:
    table = PageTable("t", "T", COLUMNS, services(MOST_ROWS + 1))
    assert [row[0] for row in shown_rows(table)] == table.frame["service"].head(MOST_ROWS).to_list()
    assert left_out(table) == (
        "Gezeigt sind die ersten 200 von 201 Zeilen; 1 weitere Zeile steht nur in der CSV-Datei."
    )


def test_the_page_says_what_it_leaves_out_and_the_file_has_all(tmp_path: Path) -> None:
    table = PageTable("leistungen", "Leistungen", COLUMNS, services(3_000), ranked_by="cases")
    writer = Writer(tmp_path, SETTING, "default-src 'none'")
    writer.add(
        "index.html", Page("Seite", "Satz.", Trust("", "", ""), sections=(Section("a", "Was?", tables=(table,)),))
    )
    writer.finish()
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert page.count("<tr>") == MOST_ROWS + 1
    assert "Gezeigt sind die 200 mit den meisten Vorgängen von 3.000 Zeilen; 2.800 weitere Zeilen stehen nur" in page
    written = (tmp_path / "data" / "leistungen.csv").read_text(encoding="utf-8")
    assert written == csv_text(table).replace("\r\n", "\n")
    assert written.count("\n") == 3_001
