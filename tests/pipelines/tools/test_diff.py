"""`papierwende diff`: two kept generations side by side, from their own published files."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines.run.outcome import Exit, Stop
from pipelines.tools.diff import Moved, difference

TABLES = """
create schema monitor;
create table monitor.dim_generation (generation_id text, as_of date, program_version text, parameters_hash text);
create table monitor.fct_deliveries (delivery_id text);
create table monitor.rpt_monthly_figures (metric text, scope text, month date, value double);
create table monitor.rpt_revisions (
    metric text, scope text, month date, cause text, to_generation_id text, revised_on date
);
"""
FIGURES = "insert into monitor.rpt_monthly_figures values (?, ?, ?, ?)"


def generation(
    folder: Path,
    name: str,
    as_of: str,
    figures: list[tuple[str, str, str, float | None]],
    revisions: tuple[tuple[str, ...], ...] = (),
    *,
    deliveries: tuple[str, ...] = ("a",),
    parameters: str = "p",
) -> str:
    """A published file with the tables a comparison asks for."""
    (folder / "generations" / name).mkdir(parents=True)
    with duckdb.connect(str(folder / "generations" / name / "papierwende.duckdb")) as connection:
        connection.execute(TABLES)
        connection.execute("insert into monitor.dim_generation values (?, ?, '1', ?)", [name, as_of, parameters])
        connection.executemany("insert into monitor.fct_deliveries values (?)", [[name] for name in deliveries])
        for figure in figures:
            connection.execute(FIGURES, list(figure))
        for revision in revisions:
            connection.execute("insert into monitor.rpt_revisions values (?, ?, ?, ?, ?, ?)", list(revision))
    return name


def test_a_month_that_moved_is_told_with_its_cause_and_one_that_stood_is_not(tmp_path: Path) -> None:
    old = generation(
        tmp_path,
        "old",
        "2026-03-31",
        [
            ("received_cases", "all", "2026-01-01", 100),
            ("received_cases", "all", "2026-02-01", 110),
            ("online_share", "all", "2026-01-01", None),
            ("received_cases", "all", "2026-03-01", 50),
        ],
    )
    new = generation(
        tmp_path,
        "new",
        "2026-04-30",
        [
            ("received_cases", "all", "2026-01-01", 101),
            ("received_cases", "all", "2026-02-01", 110 + 1e-9),
            ("online_share", "all", "2026-01-01", 0.5),
            ("received_cases", "all", "2026-03-01", 90),
            ("received_cases", "all", "2026-04-01", 70),
        ],
        (
            ("received_cases", "all", "2026-01-01", "late_data", "new", "2026-04-30"),
            ("received_cases", "all", "2026-01-01", "deletion", "earlier", "2026-02-28"),
        ),
        deliveries=("a", "b", "c"),
        parameters="other",
    )
    found = difference(tmp_path, old, new)
    assert found.moved == [
        Moved("2026-01-01", "online_share", "all", None, 0.5, "not recorded"),
        Moved("2026-01-01", "received_cases", "all", 100.0, 101.0, "late_data"),
        Moved("2026-03-01", "received_cases", "all", 50.0, 90.0, "the month was running"),
    ]
    assert found.added == 1
    assert found.inputs == ["2 deliveries came, 0 went.", "The parameters differ."]


def test_a_generation_beside_itself_has_not_moved(tmp_path: Path) -> None:
    name = generation(tmp_path, "old", "2026-03-31", [("received_cases", "all", "2026-01-01", 100)])
    assert difference(tmp_path, name, name).moved == []


@pytest.mark.parametrize("asked", ["gone", "../old", ""])
def test_a_generation_that_is_not_kept_is_told_with_those_that_are(tmp_path: Path, asked: str) -> None:
    name = generation(tmp_path, "old", "2026-03-31", [])
    with pytest.raises(Stop) as stopped:
        difference(tmp_path, asked, name)
    assert stopped.value.exit_code == Exit.CONFIGURATION
    assert stopped.value.sentences == [f"{asked}: no such generation is kept; there are old."]


def test_a_generation_of_an_earlier_program_is_told(tmp_path: Path) -> None:
    name = generation(tmp_path, "new", "2026-03-31", [])
    (tmp_path / "generations" / "older").mkdir()
    with duckdb.connect(str(tmp_path / "generations" / "older" / "papierwende.duckdb")) as connection:
        connection.execute("create schema monitor")
    with pytest.raises(Stop, match="made by an earlier program that published no monthly figures"):
        difference(tmp_path, "older", name)
