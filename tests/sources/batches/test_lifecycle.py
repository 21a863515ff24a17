"""Steps told at their start and their completion are one, in XES by the standard's word, in other files by a declared one."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources.batches.protocol import POSITION, STARTED
from sources.connectors.files import read_batches
from tests.sources.connectors.readings import refusal_of
from tests.towns import make_source

COLUMNS = {"case_ref": "case", "activity": "step", "occurred_at": "at"}
ROWS = (
    "1;received;09:00;complete",
    "1;check;09:30;schedule",
    "1;check;10:00;start",
    "2;check;10:10;start",
    "1;check;10:20;start",
    "1;check;10:30;Complete ",
    "1;check;10:40;complete",
    "1;check;10:50;complete",
    "2;check;10:55;suspend",
    "2;archive;11:00;other",
)


def read(path: Path, *rows: str) -> tuple[list[tuple[object, ...]], list[str]]:
    path.write_text("case;step;at;transition\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    batches = list(read_batches(path, make_source(COLUMNS, lifecycle="transition")))
    rows_read = [row for batch in batches for row in batch.frame.select(POSITION, "at", STARTED).rows()]
    return rows_read, [warning for batch in batches for warning in batch.warnings]


def test_a_completion_takes_the_earliest_open_start_of_its_step(tmp_path: Path) -> None:
    rows, warnings = read(tmp_path / "x.csv", *ROWS)
    assert rows == [
        (1, "09:00", None),
        (6, "10:30", "10:00"),
        (7, "10:40", "10:20"),
        (8, "10:50", None),
        (10, "11:00", None),
    ]
    assert warnings == [
        "x.csv: 2 starts are the beginning of the step that a later row completes.",
        "x.csv: 2 rows schedule, assign or suspend a step and are none.",
        "x.csv: 1 steps were begun and not completed; they count once they are, those that are all their case has "
        "stand at their start.",
    ]


def test_what_only_began_decides_nothing_but_is_all_some_cases_have(tmp_path: Path) -> None:
    """Case 1's decision has begun; of case 2 nothing else is known, and it is open all the same."""
    rows, _ = read(tmp_path / "x.csv", "1;check;09:00;fertig", "1;decide;09:30;gestartet", "2;check;10:00;gestartet")
    assert [(at, started) for _, at, started in rows] == [("09:00", None), ("10:00", None)]


def test_a_column_that_tells_no_transition_refuses_the_log(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("case;step;at;transition\n1;check;09:00;Ada\n1;check;10:00;Grace\n", encoding="utf-8")
    code, sentence = refusal_of(path, make_source(COLUMNS, lifecycle="transition"))
    assert code == "lifecycle_unknown" and "take the line out" in sentence and "Ada" not in sentence


def test_a_log_that_runs_backwards_is_paired_backwards(tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "x.csv", "1;check;12:00;complete", "1;check;10:00;start", "1;received;09:00;complete")
    assert rows == [(1, "12:00", "10:00"), (3, "09:00", None)]


def test_a_log_of_completions_alone_stays_as_it_is(tmp_path: Path) -> None:
    rows, warnings = read(tmp_path / "x.csv", "1;check;10:00;complete", "1;check;10:10;complete")
    assert rows == [(1, "10:00", None), (2, "10:10", None)]
    assert warnings == []


def test_xes_tells_its_transitions_without_a_word(tmp_path: Path) -> None:
    def event(name: str, at: str, transition: str) -> str:
        return (
            f'<event><string key="concept:name" value="{name}"/><date key="time:timestamp" value="{at}"/>'
            f'<string key="lifecycle:transition" value="{transition}"/></event>'
        )

    path = tmp_path / "x.xes"
    events = event("a", "2026-01-05T09:00:00Z", "start") + event("a", "2026-01-05T10:00:00Z", "complete")
    path.write_text(f'<log><trace><string key="concept:name" value="1"/>{events}</trace></log>', encoding="utf-8")
    columns = {"case_ref": "case:concept:name", "activity": "concept:name", "occurred_at": "time:timestamp"}
    frames = [batch.frame for batch in read_batches(path, make_source(columns, format="xes"))]
    rows = [row for frame in frames for row in frame.select("time:timestamp", STARTED).rows()]
    assert rows == [("2026-01-05T10:00:00Z", "2026-01-05T09:00:00Z")]


def test_a_lifecycle_belongs_to_files_of_events() -> None:
    with pytest.raises(ValueError, match="'lifecycle' is for files of events; take it out, or map activity"):
        make_source({"case_ref": "case", "received_at": "in"}, lifecycle="transition")


def test_rows_may_be_set_aside_by_the_column_that_tells_the_lifecycle(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        "case;step;at;transition\n1;a;09:00;start\n1;a;09:30;cancelled\n1;a;10:00;complete\n", encoding="utf-8"
    )
    where = {"column": "transition", "drop": ["cancelled"]}
    batches = list(read_batches(path, make_source(COLUMNS, lifecycle="transition", where=where)))
    rows = [row for batch in batches for row in batch.frame.select("at", STARTED).rows()]
    assert rows == [("10:00", "09:00")]
