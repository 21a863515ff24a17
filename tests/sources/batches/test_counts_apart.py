"""Counts side by side: each row becomes one row per count, and none is lost on the way."""

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from sources.batches.counts_apart import parted
from sources.batches.protocol import KIND, POSITION, VALUE, Batch, Fault, columns_of
from sources.connectors.files import read_batches
from sources.town.folder import read_town
from sources.town.source import Source
from tests.sources.connectors.readings import refusal_of, rows_of
from tests.towns import admitted, make_source, make_town, reasons

COUNTS = {"printed_pages": "Seiten", "printed_sheets": "Blatt"}


def source(**more: object) -> Source:
    columns = {"counted_on": "Tag", "unit": "Amt"}
    return make_source(columns, system="print", counts=COUNTS, **more)


def file(folder: Path, *rows: str, header: str = "Tag;Amt;Seiten;Blatt") -> Path:
    path = folder / "x.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def test_each_row_becomes_one_row_per_count(tmp_path: Path) -> None:
    found = rows_of(file(tmp_path, "2026-03-02;A;10;6", "2026-03-02;B;7;"), source())
    assert found.positions == [1, 2, 3, 4]
    assert found.column("Amt") == ["A", "A", "B", "B"]
    assert found.column(KIND) == ["printed_pages", "printed_sheets"] * 2
    assert found.column(VALUE)[:3] == ["10", "6", "7"]
    assert set(found.frame.columns) == {POSITION, "Tag", "Amt", KIND, VALUE}


def test_the_door_finds_kind_and_value_where_they_were_put() -> None:
    assert columns_of(source()) == {"counted_on": "Tag", "unit": "Amt", "kind": KIND, "value": VALUE}
    assert columns_of(make_source()) == {"case_ref": "case", "activity": "step", "occurred_at": "at"}


def test_a_row_that_cannot_be_read_stays_one_fault_at_its_first_count(tmp_path: Path) -> None:
    found = rows_of(file(tmp_path, "2026-03-02;A;10;6", "2026-03-02;B", "2026-03-02;C;1;2"), source())
    assert (found.positions, found.faults) == ([1, 2, 5, 6], [(3, "wrong_column_count")])


def test_positions_run_on_across_batches() -> None:
    frames = [
        pl.DataFrame(
            {POSITION: [first, first + 1], "Tag": ["d"] * 2, "Amt": ["a"] * 2, "Seiten": ["1"] * 2, "Blatt": ["2"] * 2}
        )
        for first in (1, 4)
    ]
    batches = [Batch(frames[0], (Fault(3, "cut_line", "why"),)), Batch(frames[1])]
    made = list(parted(Path("x"), source(), iter(batches)))
    assert [batch.frame[POSITION].to_list() for batch in made] == [[1, 2, 3, 4], [7, 8, 9, 10]]
    assert [fault.position for batch in made for fault in batch.faults] == [5]


@pytest.mark.parametrize(
    ("pages", "sheets", "values"),
    [
        ([10, 20], [1.5, 2.5], [10, 1.5, 20, 2.5]),
        ([10.5, 20.0], ["1,5", "k. A."], ["10,5", "1,5", "20", "k. A."]),
        ([Decimal("1.5"), None], [1, 2], [Decimal("1.5"), Decimal(1), None, Decimal(2)]),
    ],
    ids=["whole and broken", "typed and written", "decimal and whole"],
)
def test_counts_of_different_types_keep_what_they_say(
    pages: list[object], sheets: list[object], values: list[object]
) -> None:
    frame = pl.DataFrame({POSITION: [1, 2], "Tag": ["d"] * 2, "Amt": ["a"] * 2, "Seiten": pages, "Blatt": sheets})
    (batch,) = parted(Path("x"), source(decimal=","), iter([Batch(frame)]))
    assert batch.frame[VALUE].to_list() == values


def test_a_count_whose_column_is_missing_refuses_the_delivery(tmp_path: Path) -> None:
    code, said = refusal_of(file(tmp_path, "2026-03-02;A;1;2", header="Tag;Amt;Seiten;Blätter"), source())
    assert (code, "column 'Blatt' is missing; the nearest is 'Blätter'" in said) == ("column_missing", True)


def test_the_door_takes_every_count_as_a_record_of_its_own(tmp_path: Path) -> None:
    path = file(tmp_path, "2026-03-02;rathaus;10;6", "2026-03-03;rathaus;viel;2")
    town = read_town(make_town(tmp_path / "town"))
    result = admitted(town, list(read_batches(path, source())), source())
    counts = result.records["counts"].select("position", "unit_code", "kind", "value").rows()
    assert counts == [
        (1, "rathaus", "printed_pages", Decimal(10)),
        (2, "rathaus", "printed_sheets", Decimal(6)),
        (4, "rathaus", "printed_sheets", Decimal(2)),
    ]
    assert [(place, code) for place, code, _ in reasons(result)] == [(3, "unreadable_number")]


def test_a_source_without_counts_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("case;step;at\n1;a;2026-03-02\n", encoding="utf-8")
    (batch,) = [one for one in read_batches(path, make_source()) if one.frame.height]
    assert batch.frame.columns == [POSITION, "case", "step", "at"]
