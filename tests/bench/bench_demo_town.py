"""How fast the invented town is written: events per second at scale 1, all files and truth.json included."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from sources.demo.invent import write_town

GOAL_EVENTS_PER_SECOND = 200_000


def test_events_written_per_second(tmp_path: Path) -> None:
    best = 0.0
    for run in range(3):
        town = write_town(tmp_path / str(run), scale=1, as_of=dt.date(2026, 6, 30), key_id="0123456789ab")
        best = max(best, town.events / town.seconds)
        print(f"\n{town.cases:,} cases, {town.events:,} events, {town.scans:,} scans in {town.seconds:.2f} s", end="")
    print(
        f"\nbest of three: {best:,.0f} events/s   (goal {GOAL_EVENTS_PER_SECOND:,}, ratio {best / GOAL_EVENTS_PER_SECOND:.2f})"
    )
