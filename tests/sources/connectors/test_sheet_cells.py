"""What a spreadsheet typed among texts, and amounts that are more exact than their cells show."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sources.town.source import Source
from tests.sources.connectors.readings import refusal_of, rows_of
from tests.sources.connectors.test_xlsx_file import file, through_the_door
from tests.towns import make_source

DAY = dt.datetime(2026, 3, 2)


def metres(**more: Any) -> Source:
    return make_source(
        {"counted_on": "Tag", "value": "Zahl"},
        format="xlsx",
        kind="shelf_metres",
        system="scan",
        **more,
        same_key_adds_up=True,
    )


def sheet(folder: Path, *cells: Any) -> Path:
    return file(folder, ("Tag", "Zahl"), *((DAY, cell) for cell in cells))


def test_typed_numbers_take_the_notation_that_the_texts_beside_them_prove(tmp_path: Path) -> None:
    counts, refused = through_the_door(tmp_path, sheet(tmp_path, "1.234", 1.234, "12,5", 12.125), metres())
    assert counts["value"].to_list() == [1234, Decimal("1.234"), Decimal("12.5"), Decimal("12.125")]
    assert refused == []


def test_typed_numbers_do_not_tell_what_a_text_means(tmp_path: Path) -> None:
    code, said = refusal_of(sheet(tmp_path, 12.5, "1.234"), metres())
    assert (code, "'Zahl' in row 2" in said) == ("ambiguous_number", True)


def test_typed_numbers_beside_texts_that_tell_nothing_are_what_they_are(tmp_path: Path) -> None:
    counts, refused = through_the_door(tmp_path, sheet(tmp_path, "12", 12.125, 57.699999999999996), metres())
    assert (counts["value"].to_list(), refused) == ([12, Decimal("12.125"), Decimal("57.7")], [])


def budget() -> Source:
    columns = {"budget_line": "Konto", "year": "Jahr", "appropriation_eur": "Ansatz"}
    return make_source(columns, format="xlsx", system="finance")


@pytest.mark.parametrize(
    ("cell", "amount"),
    [(57.699999999999996, "57.70"), (0.30000000000000004, "0.30"), (1234.5600000000002, "1234.56")],
)
def test_the_dust_of_a_binary_float_is_wiped_off_unsaid(tmp_path: Path, cell: float, amount: str) -> None:
    path = file(tmp_path, ("Konto", "Jahr", "Ansatz"), ("a", 2026, cell))
    assert rows_of(path, budget()).warnings == []
    lines, _ = through_the_door(tmp_path, path, budget())
    assert lines["appropriation_eur"].to_list() == [Decimal(amount)]


def test_parts_of_a_cent_are_taken_as_shown_and_told(tmp_path: Path) -> None:
    path = file(tmp_path, ("Konto", "Jahr", "Ansatz"), ("a", 2026, 5.0), ("b", 2026, 68.9962), ("c", 2026, -0.125))
    assert rows_of(path, budget()).warnings == [
        "x.xlsx: 2 amounts of 'Ansatz' hold parts of a cent, the first in row 2; they were taken as the cells show "
        "them, to the cent: have the workbook round them."
    ]
    lines, refused = through_the_door(tmp_path, path, budget())
    assert lines["appropriation_eur"].to_list() == [Decimal(5), Decimal(69), Decimal("-0.13")]
    assert refused == []
