"""Totals among the rows they sum up: found by their sum and their name, and never counted as records."""

from pathlib import Path

import pytest

from sources.town.source import Source
from tests.sources.connectors.readings import refusal_of, rows_of
from tests.towns import make_source

COLUMNS = {"budget_line": "Konto", "year": "Jahr", "appropriation_eur": "Ansatz", "actual_eur": "Ist"}


def source(**more: object) -> Source:
    return make_source(COLUMNS, system="finance", decimal=",", **more)


def written(folder: Path, *rows: str) -> Path:
    path = folder / "x.csv"
    path.write_text("\n".join(("Konto;Jahr;Ansatz;Ist", *rows)) + "\n", encoding="utf-8")
    return path


def test_subtotals_refuse_the_delivery_with_the_lines_to_add(tmp_path: Path) -> None:
    path = written(tmp_path, "a;2026;1;5", "b;2026;2;0", "Summe 11;2026;3;5", "c;2026;4;", "Gesamt;2026;7;5")
    assert refusal_of(path, source()) == (
        "totals_as_rows",
        "x.csv: rows 3, 5 of 'Konto' are totals of the rows above and would count twice; "
        'nothing was taken in, set them aside: [source.where] column = "Konto", drop = ["Summe*", "Gesamt"], or name '
        "the one of the whole in [source.control].",
    )


@pytest.mark.parametrize(
    "word",
    [
        "111 Ergebnis",
        "Gesamtergebnis",
        "Gesamtsumme",
        "Zwischensumme:",
        "TOTAL",
        "Übertrag",
        "** Summe **",
        "insgesamt",
    ],
)
def test_a_total_has_many_names(tmp_path: Path, word: str) -> None:
    assert refusal_of(written(tmp_path, "a;2026;1;", f"{word};2026;1;"), source())[0] == "totals_as_rows"


def test_totals_that_nobody_calls_so_are_told(tmp_path: Path) -> None:
    """The word stands in a column that is not mapped; small counts add up by chance, and two of many rows may."""
    rows = ("a;2026;30;", "b;2026;41;", "Amt 1;2026;71;", "c;2026;5;", "d;2026;60;", "Amt 2;2026;65;")
    found = rows_of(written(tmp_path, *rows), source())
    assert found.warnings == [
        "x.csv: rows 3, 6 hold what the rows above them add up to and were taken as records; if they are totals, set "
        "them aside by [source.where]."
    ]
    whole = ("a;2026;30;", "b;2026;41;", "c;2026;9;", "d;2026;50;", "e;2026;1;", "alle;2026;131;")
    assert "row 6 hold" in rows_of(written(tmp_path, *whole), source()).warnings[0]
    chance = ("a;2026;1;", "b;2026;2;", "c;2026;3;", "d;2026;9;", "e;2026;30;", "f;2026;39;", "g;2026;7;")
    assert rows_of(written(tmp_path, *chance), source()).warnings == []


def test_a_row_only_called_a_total_is_taken_and_told(tmp_path: Path) -> None:
    found = rows_of(written(tmp_path, "a;2026;1;", "Summe 11;2026;9;"), source())
    assert found.column("Konto") == ["a", "Summe 11"]
    assert found.warnings == [
        "x.csv: row 2 of 'Konto' called 'Summe*' or the like do not sum up the rows above and were taken as records; "
        "set them aside by [source.where] if they are none."
    ]


@pytest.mark.parametrize(
    "rows",
    [
        ("a;2026;1;", "Gesamtschule;2026;1;"),
        ("a;2026;1;", "b;2026;1;"),
        ("a;2026;1;", "Summe;;1;"),
    ],
    ids=["another word", "the same amount", "a row that is no record anyway"],
)
def test_what_is_no_total_or_would_not_count_is_left_alone(tmp_path: Path, rows: tuple[str, ...]) -> None:
    found = rows_of(written(tmp_path, *rows), source())
    assert (found.read, found.warnings) == (2, [])
