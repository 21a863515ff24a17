"""How large a machine for how many events: what was measured, and beyond it what a straight line says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tests.bench.chapters.walk import FROM_INBOX, FROM_LANDING, NOTHING_NEW
from tests.bench.results import Section, is_of_events

TOLD: Final = (0.1, 1.0, 10.0, 100.0)
# Of fewer events most is the program's own start; farther than ten times beyond what was measured nobody can see.
LEAST: Final = 0.1
FARTHEST: Final = 10


@dataclass(frozen=True)
class Capacity:
    """What a town takes.

    Attributes:
        memory_gb, disk_gb: of the whole walk, and of its folder with one generation and the delivered files.
        from_inbox, from_landing: minutes.
        events: in millions.
    """

    events: float
    memory_gb: float
    disk_gb: float
    from_inbox: float
    from_landing: float


def measured(sections: Mapping[str, Section]) -> list[Capacity]:
    """A row per section that has the walk, the smallest first."""
    found = []
    for name in sorted(filter(is_of_events, sections), key=float):
        section = sections[name]
        inbox, landing = section.measured(FROM_INBOX), section.measured(FROM_LANDING)
        if inbox and landing and inbox.wall and inbox.peak_mb and landing.wall and landing.peak_mb:
            memory = max(inbox.peak_mb.median, landing.peak_mb.median) / 1000
            disk = section.facts.get("town_mb", 0.0) / 1000
            found.append(Capacity(float(name), memory, disk, inbox.wall.median / 60, landing.wall.median / 60))
    return found


def on_a_line(events: float, low: Capacity, high: Capacity) -> Capacity:
    """What a straight line through two measured rows says; never less than the larger of them beyond it."""

    def at(name: str) -> float:
        begin, end = getattr(low, name), getattr(high, name)
        line = end + (end - begin) / (high.events - low.events) * (events - high.events)
        return float(max(line, end) if events > high.events else line)

    return Capacity(events, *(at(name) for name in ("memory_gb", "disk_gb", "from_inbox", "from_landing")))


def table(sections: Mapping[str, Section]) -> Iterator[str]:
    """The page's part about it."""
    rows = measured(sections)
    yield "## How large a machine"
    yield ""
    yield (
        "Memory, disk and minutes of a town with so many events, on the machines named below. Disk is the town's folder "
        f"after its first run: delivered files, landing, one generation. {NOTHING_NEW.capitalize()} is a matter of "
        "seconds. What is extrapolated lies on a straight line through the two largest that were measured, at most ten "
        "times beyond; nobody has seen it. DuckDB takes no more than `[run] memory` of the memory: with too little of it "
        "a run lays more aside on the disk, and in the end stops and says so."
    )
    yield ""
    yield "| million events | memory GB | disk GB | minutes from the inbox | minutes from landing | |"
    yield "|---|---|---|---|---|---|"
    known = {row.events for row in rows}
    base = [row for row in rows if row.events >= LEAST][-2:]
    asked = [events for events in TOLD if len(base) > 1 and events not in known]
    beyond = [on_a_line(events, *base) for events in asked if events <= FARTHEST * base[-1].events]
    for row in sorted([*rows, *beyond], key=lambda row: row.events):
        origin = "measured" if row.events in known else "extrapolated"
        yield (
            f"| {row.events:g} | {row.memory_gb:,.1f} | {row.disk_gb:,.1f} | {row.from_inbox:,.1f} | "
            f"{row.from_landing:,.1f} | {origin} |"
        )
