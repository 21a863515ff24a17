"""A log of thirteen years whose cases nobody ever decided, beside the same log with decisions.

What stays open must not cost by days times cases.
"""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from tests.bench.chapters.walk import PUBLISHED, command
from tests.bench.measured import Measured, measure
from tests.bench.measuring import Measuring
from tests.bench.prepared import MEMORY, environment, work_folder
from tests.bench.results import OURS
from tests.towns import make_town

CASES: Final = 150_000
FIRST, AS_OF = dt.datetime(2000, 1, 3, 8), dt.date(2013, 6, 30)
MINUTES: Final = 13 * 365 * 24 * 60
DECIDED: Final = f"{CASES:,} cases in 13 years, each decided"
UNDECIDED: Final = f"{CASES:,} cases in 13 years, none decided"
SOURCE: Final = f"""
[run]
memory = "{MEMORY}"
still_seconds = 0

[[source]]
name = "fines"
system = "case"
format = "csv"
path = "inbox/fines/*.csv"
service = "parkausweis"
timezone = "Europe/Berlin"
[source.columns]
case_ref = "case"
activity = "activity"
occurred_at = "at"
due_at = "due"
"""
ACTIVITIES: Final = (
    "activity;medium;kind;waits_for;is_decision\nCreate Fine;;intake;office;\nSend Fine;;outbound;applicant;\n"
    "Payment;;decision;nobody;true\nAdd penalty;;internal;applicant;\n"
)
# The build's own file and its log; all else beside them was laid aside for want of memory.
BUILD: Final = ("build.duckdb", "build.duckdb.wal")


def measure_all(measuring: Measuring) -> None:
    """Both rows, with the most that lay aside at one time."""
    work = work_folder("undecided")
    for what, is_decided in ((DECIDED, True), (UNDECIDED, False)):

        def walked(name: str = what, is_decided: bool = is_decided) -> Measured:
            town = work / "town"
            shutil.rmtree(town, ignore_errors=True)
            make_town(town, SOURCE, {"activities": ACTIVITIES})
            (town / "inbox" / "fines" / "log.csv").write_text("\n".join(log(CASES, is_decided=is_decided)) + "\n")
            return measure(
                command("run", str(town), "--as-of", AS_OF.isoformat()),
                environment=environment(),
                expected=PUBLISHED,
                lying=laid_aside(town),
            )

        measuring.spent(what, OURS, walked)
    shutil.rmtree(work)


def log(cases: int, *, is_decided: bool) -> Iterator[str]:
    """Lines of a CSV: three events a case; the last one is its payment, or a penalty that decides nothing."""
    chance = random.Random(1)
    yield "case;activity;at;due"
    last = "Payment" if is_decided else "Add penalty"
    for number in range(cases):
        at = FIRST + dt.timedelta(minutes=chance.randrange(MINUTES))
        due = (at + dt.timedelta(days=60)).date()
        for activity, days in (("Create Fine", 0), ("Send Fine", 3), (last, 10 + chance.randrange(80))):
            yield f"F-{number};{activity};{at + dt.timedelta(days=days)};{due}"


def laid_aside(town: Path) -> Callable[[], int]:
    """Bytes of temporary files of a town's build."""

    def lying() -> int:
        total = 0
        for path in (town / "var" / "build").rglob("*"):
            try:
                total += path.stat().st_size if path.name not in BUILD and path.is_file() else 0
            except FileNotFoundError:
                continue
        return total

    return lying
