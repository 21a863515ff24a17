"""The control row: a finance delivery is whole to the cent, or nothing of it is taken."""

from pathlib import Path

import pytest

from sources.town.source import Source
from tests.sources.connectors.readings import refusal_of, rows_of
from tests.towns import make_source

COLUMNS = {
    "budget_line": "Konto",
    "year": "Jahr",
    "appropriation_eur": "Ansatz",
    "actual_eur": "Ist",
}
HEADER = "Konto;Jahr;Ansatz;Ist"
ROWS = ("5211;2026;1.234,50;1.000,00", "5212;2026;10,00 €;–5,25")
SUM = "Summe;;1.244,50;994,75"


def source(control: dict[str, str] | None = None, **more: object) -> Source:
    return make_source(
        more.pop("columns", COLUMNS),  # type: ignore[arg-type]
        system="finance",
        decimal=",",
        control=control or {"column": "Konto", "value": "Summe"},
        **more,
    )


def file(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "x.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("place", [0, 1, 2], ids=["first", "between", "last"])
def test_a_delivery_that_adds_up_is_taken_without_its_control_row(tmp_path: Path, place: int) -> None:
    rows = [*ROWS]
    rows.insert(place, SUM)
    found = rows_of(file(tmp_path, *rows), source())
    assert (found.column("Konto"), found.read) == (["5211", "5212"], 2)


def test_a_cent_too_few_refuses_the_delivery_with_both_sums(tmp_path: Path) -> None:
    assert refusal_of(file(tmp_path, *ROWS, "Summe;;1.244,50;994,76"), source()) == (
        "control_total",
        "x.csv: the rows of 'Ist' add up to 994.75, but the row with Konto = 'Summe' says 994.76; "
        "nothing was taken in, have the export run again.",
    )


def test_a_row_that_was_lost_on_the_way_refuses_the_delivery(tmp_path: Path) -> None:
    code, said = refusal_of(file(tmp_path, ROWS[0], "5212;2026", SUM), source())
    assert (code, "add up to 1,234.50" in said) == ("control_total", True)


def test_an_amount_that_cannot_be_read_is_told_with_the_sums(tmp_path: Path) -> None:
    code, said = refusal_of(file(tmp_path, ROWS[0], "5212;2026;10,00;fünf", SUM), source())
    assert (code, "add up to 1,000.00, and 1 of them cannot be read, but" in said) == ("control_total", True)


def test_without_its_control_row_a_delivery_is_refused(tmp_path: Path) -> None:
    assert refusal_of(file(tmp_path, *ROWS), source()) == (
        "control_missing",
        "x.csv: no row with Konto = 'Summe', so nothing says the delivery is whole; "
        "have the export write it, or correct [source.control].",
    )


def test_two_control_rows_refuse_the_delivery(tmp_path: Path) -> None:
    assert refusal_of(file(tmp_path, *ROWS, SUM, SUM), source()) == (
        "control_twice",
        "x.csv: two rows with Konto = 'Summe'; keep the one of the whole.",
    )


@pytest.mark.parametrize(("row", "where"), [("Summe;;;", ""), ("Summe;;1.244,50;viel", " of 'Ist'")])
def test_a_control_row_without_a_total_controls_nothing_and_refuses(tmp_path: Path, row: str, where: str) -> None:
    assert refusal_of(file(tmp_path, *ROWS, row), source()) == (
        "control_empty",
        f"x.csv: the row with Konto = 'Summe' holds no total{where}; correct the export.",
    )


def test_a_column_the_control_row_leaves_empty_is_not_held_against_it(tmp_path: Path) -> None:
    assert rows_of(file(tmp_path, *ROWS, "Summe;;1.244,50;"), source()).read == 2


def test_the_control_rows_column_may_be_one_that_never_enters(tmp_path: Path) -> None:
    header = "Art;Konto;Jahr;Ansatz;Ist"
    rows = (*(f"Posten;{row}" for row in ROWS), "Gesamt;;;1.244,50;994,75")
    control = {"column": "Art", "value": "Gesamt"}
    found = rows_of(file(tmp_path, *rows, header=header), source(control))
    assert (found.read, "Art" in found.frame.columns) == (2, False)


def test_a_missing_control_column_is_refused(tmp_path: Path) -> None:
    code, said = refusal_of(file(tmp_path, *ROWS), source({"column": "Art", "value": "Summe"}))
    assert (code, "column 'Art' is missing" in said) == ("column_missing", True)


def test_counts_side_by_side_are_held_against_the_control_row_too(tmp_path: Path) -> None:
    more = {"columns": {"counted_on": "Tag"}, "counts": {"printed_pages": "Seiten", "printed_sheets": "Blatt"}}
    control = {"column": "Tag", "value": "Summe"}
    rows = ("2026-03-02;10;6", "2026-03-03;7;4")
    header = "Tag;Seiten;Blatt"
    assert rows_of(file(tmp_path, *rows, "Summe;17;10", header=header), source(control, **more)).read == 4
    code, said = refusal_of(file(tmp_path, *rows, "Summe;17;11", header=header), source(control, **more))
    assert (code, "the rows of 'Blatt' add up to 10.00, but" in said, "says 11.00" in said) == (
        "control_total",
        True,
        True,
    )


def test_nothing_between_the_batches_is_lost(tmp_path: Path) -> None:
    rows = [f"{number};2026;0,01;0,02" for number in range(60_000)]
    found = rows_of(file(tmp_path, *rows, "Summe;;600,00;1.200,00"), source())
    assert found.read == 60_000
