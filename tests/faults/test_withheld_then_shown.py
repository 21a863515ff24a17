"""A code that one delivery withholds and a later one shows: each event counts once, under the code."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines.run.outcome import utc_now
from tests.faults.command import papierwende
from tests.pipelines.walk.admissions import admit_and_land
from tests.towns import make_town

LOG = """
[[source]]
name = "faelle"
system = "case"
format = "csv"
path = "inbox/faelle/*.csv"
office = "buergeramt"
[source.columns]
case_ref = "Vorgang"
activity = "Schritt"
occurred_at = "Zeit"
case_type = "Fallart"
"""
ACTIVITIES = "activity;medium;kind;waits_for;is_decision\nAntrag prüfen;digital;internal;office;false\n"
# A step and a kind of case that no list has come in so many of the first rows, and in all rows.
EARLY, ALL = 4, 15


def rows(first: int, last: int) -> list[str]:
    """Each case is looked at, and once more in a way and of a kind that no list has; two of these on a day."""
    told: list[str] = []
    for n in range(first, last):
        day = f"2026-03-{1 + n:02}"
        told += [f"N-{n};Antrag prüfen;{day} {hour}:00;Ausnahme" for hour in (8, 9)]
        told += [f"N-{n};Sonderprüfung;{day} 10:00;Ausnahme"] * (1 + n % 2)
    return told


def delivered(folder: Path, name: str, told: list[str]) -> None:
    text = "\n".join(["Vorgang;Schritt;Zeit;Fallart", *told, ""])
    (folder / "inbox" / "faelle" / name).write_text(text, encoding="utf-8")


def asked(folder: Path, question: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "current" / "papierwende.duckdb"), read_only=True) as connection:
        return connection.execute(question).fetchall()


def counted(folder: Path) -> tuple[dict[object, object], dict[object, object]]:
    """How many steps of each name are published, and how many cases of each kind."""
    steps = asked(folder, "select activity, count(*) from monitor.fct_case_steps group by all")
    cases = asked(folder, "select case_type, count(*) from monitor.fct_cases group by all")
    return dict(steps), dict(cases)


def landed(folder: Path) -> None:
    admit_and_land(folder, utc_now())


def ran(folder: Path) -> str:
    done = papierwende(folder, "run", str(folder), "--as-of", "2026-04-30")
    assert done.returncode in (0, 3), done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.timeout(600)
def test_an_event_that_was_withheld_and_is_shown_counts_once(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town", LOG, {"activities": ACTIVITIES})
    for name, told, take in (("early", rows(0, EARLY), landed), ("cumulative", rows(0, ALL), ran)):
        delivered(folder, f"{name}.csv", told)
        take(folder)
        # Its days in the inbox are over: nothing can read it again.
        (folder / "inbox" / "faelle" / f"{name}.csv").unlink()
    steps, cases = counted(folder)
    assert steps == {"Antrag prüfen": 2 * ALL, "Sonderprüfung": ALL + ALL // 2}
    assert cases == {"Ausnahme": ALL}
    assert "nothing new" in ran(folder).lower()
