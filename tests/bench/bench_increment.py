"""What a day's increment costs beside a few and beside many days that have landed before: it must not grow with them.

The same day, as a file of 2,000 events and as the answer of a PostgreSQL server, is taken from the inbox into landing:
found, asked, admitted, judged by the guard, renamed. What landed before are real deliveries of 200 events each; their
manifests were read before, as a run does when it looks for damaged files. The build that follows is whole on purpose
and is measured by ``bench_walk``.
"""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pytest

from pipelines.run.run import Run
from pipelines.walk import fetch, guard, inbox
from pipelines.walk.admission import Admission
from sources.landing.landing import Landing
from sources.town.folder import Town, read_town
from tests.sources.connectors.databases.postgres_server import READER_PASSWORD, PostgresServer, running_postgres
from tests.towns import KEY, make_town

DAYS_BEFORE = (10, 100, 1000)
ROWS, ROWS_BEFORE = 2_000, 200
RUNS = 5
FIRST = dt.datetime(2023, 1, 2)
SOURCES = """
[[source]]
name = "log"
system = "case"
format = "csv"
path = "inbox/log/*.csv"
[source.columns]
case_ref = "case_no"
activity = "step"
occurred_at = "at"

[[source]]
name = "register"
system = "case"
format = "postgres"
[source.columns]
case_ref = "case_no"
activity = "step"
occurred_at = "at"
[source.connection]
url = "{url}"
query = "events"
watermark = "at"
"""


def day(number: int, rows: int) -> pl.DataFrame:
    """The events of a day."""
    at = FIRST + dt.timedelta(days=number)
    steps = ("Eingang", "Prüfung", "Bescheid")
    return pl.DataFrame(
        {
            "case_no": [f"BHV-{number}-{row // 3}" for row in range(rows)],
            "step": [steps[row % 3] for row in range(rows)],
            "at": [(at + dt.timedelta(seconds=row)).isoformat(sep=" ") for row in range(rows)],
        }
    )


@dataclass
class Nights:
    """A town with a folder and a server; each night a day's events are taken from both."""

    town: Town
    server: PostgresServer
    landing: Landing
    number: int = 0
    spent: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def happen(self, rows: int) -> None:
        """A day goes by."""
        self.number += 1
        events = day(self.number, rows)
        events.write_csv(self.town.folder / "inbox" / "log" / f"{self.number:05}.csv", separator=";")
        values = ", ".join(str(row) for row in events.iter_rows())
        self.server.do(f"insert into events values {values}")

    def before(self, days: int) -> None:
        """So many days have landed, and their files are swept."""
        while self.number < days:
            self.happen(ROWS_BEFORE)
            for folder in (*self._files().folders, *self._answers().folders):
                self.landing.land(folder)
            self._sweep()

    def measured(self) -> None:
        """A night, each step by the clock."""
        self.happen(ROWS)
        with self._clock("file"):
            folders = self._files().folders
        with self._clock("server"):
            folders += self._answers().folders
        with self._clock("guard"):
            verdicts = guard.judge(folders, self.town.listed_codes(), lambda source: self.landing.root / source)
        with self._clock("landing"):
            landed, aside = guard.settle(self.landing, folders, verdicts)
        assert (landed, aside) == (2, 0)
        self._sweep()

    def _files(self) -> Admission:
        files = inbox.waiting(self.town, self.landing, KEY)
        assert len(files) == 1
        self.landing.prepare()
        admission = fetch.admit_all(self._run(), files, lambda name, number: None)
        assert len(admission.folders) == 1, admission
        return admission

    def _answers(self) -> Admission:
        answers = fetch.ask_all(self._run(), lambda name, rows: None)
        assert len(answers.folders) == 1, answers
        return answers

    def _sweep(self) -> None:
        for path in (self.town.folder / "inbox" / "log").iterdir():
            path.unlink()

    def _now(self) -> dt.datetime:
        return FIRST + dt.timedelta(days=self.number + 1)

    def _run(self) -> Run:
        return Run(self.town, KEY, self._now().date(), self._now())

    @contextmanager
    def _clock(self, step: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.spent[step].append(time.perf_counter() - begun)


def test_a_days_increment_costs_the_same_whatever_landed_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPIERWENDE_SECRET_REGISTER", READER_PASSWORD)
    print()
    with running_postgres() as server:
        server.do(
            "create table events (case_no text, step text, at timestamp)",
            "create index on events (at)",
            "grant select on events to reader",
        )
        town = read_town(make_town(tmp_path / "town", SOURCES.format(url=server.url)))
        nights = Nights(town, server, Landing(town.folder))
        nights.landing.prepare()
        first = 0.0
        for days in DAYS_BEFORE:
            nights.before(days)
            nights.spent.clear()
            for _ in range(RUNS + 1):
                nights.measured()
            # The first night of a process loads what the later ones have.
            middle = {step: statistics.median(spent[1:]) for step, spent in nights.spent.items()}
            whole = sum(middle.values())
            first = first or whole
            steps = ", ".join(f"{step} {seconds * 1000:5.0f} ms" for step, seconds in middle.items())
            print(f"{days:5} days landed before: {whole * 1000:5.0f} ms a night ({steps}), ratio {whole / first:4.2f}")
