"""Rows that are no records are set aside as declared, counted, and never rows that were read; merged cells hold on."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from sources.connectors.files import read_batches
from sources.town.folder import read_town
from sources.town.source import Source
from tests.sources.connectors.readings import rows_of
from tests.towns import admitted, make_source, make_town

COLUMNS = {"budget_line": "Konto", "year": "Jahr", "appropriation_eur": "Ansatz"}
ROWS = ("a;2026;1", "SUMME 11;2026;1", "b;2026;2", "Gesamt;2026;3", "Gesamtschule;2026;4")


def source(**more: object) -> Source:
    return make_source(COLUMNS, system="finance", **more)


def written(folder: Path, *rows: str, header: str = "Konto;Jahr;Ansatz") -> Path:
    path = folder / "x.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def test_dropped_rows_are_set_aside_and_counted(tmp_path: Path) -> None:
    chosen = source(where={"column": "Konto", "drop": ["Summe*", "gesamt"]})
    path = written(tmp_path, *ROWS)
    result = admitted(read_town(make_town(tmp_path / "town")), list(read_batches(path, chosen)), chosen)
    assert result.records["budget_lines"]["budget_line_id"].to_list() == ["a", "b", "Gesamtschule"]
    assert (result.rows_read, result.rows_set_aside) == (3, 2)


def test_only_kept_rows_count_and_the_column_that_tells_does_not_enter(tmp_path: Path) -> None:
    """Plan and result as rows of their own."""
    chosen = source(where={"column": "Art", "keep": ["Plan"]})
    path = written(
        tmp_path, "a;2026;1;Plan", "a;2026;2;Ist", "b;2026;3; plan ", "b;2026;4;", header="Konto;Jahr;Ansatz;Art"
    )
    found = rows_of(path, chosen)
    assert found.column("Ansatz") == ["1", "3"]
    assert "Art" not in found.frame.columns


def test_the_control_row_is_not_set_aside(tmp_path: Path) -> None:
    chosen = source(where={"column": "Konto", "drop": ["Summe*"]}, control={"column": "Konto", "value": "Summe gesamt"})
    path = written(tmp_path, "a;2026;1", "Summe 11;2026;1", "b;2026;2", "Summe gesamt;2026;3")
    assert rows_of(path, chosen).column("Konto") == ["a", "b"]


def test_merged_cells_hold_on_downwards(tmp_path: Path) -> None:
    path = written(tmp_path, "a;2026;1", ";2027;2", "b;2026;3", ";2027;4")
    assert rows_of(path, source(carry_down=("Konto",))).column("Konto") == ["a", "a", "b", "b"]
    assert rows_of(path, source()).column("Konto") == ["a", "", "b", ""]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"where": {"column": "Konto"}}, "needs either keep or drop"),
        ({"where": {"column": "Konto", "keep": ["a"], "drop": ["b"]}}, "needs either keep or drop"),
        ({"carry_down": ("Produkt",)}, "carry_down names 'Produkt', which"),
        (
            {"format": "postgres", "path": "", "carry_down": ("Konto",),
             "connection": {"url": "postgresql://x/y", "query": "v"}},
            "where and carry_down are for files",
        ),
    ],
)  # fmt: skip
def test_what_would_not_be_done_is_a_mistake(more: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        source(**more)
