"""The bars: what must hold, held against what was measured; what falls short stands in plain sight with its reason."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tests.bench.chapters import receipt, services, undecided, walk
from tests.bench.chapters.figures import FROM_STEPS, HAND, SAME_TABLES
from tests.bench.results import OURS, Row, Section, is_of_events

Sections = Mapping[str, Section]
Measure = Callable[[Sections], "Found | None"]


@dataclass(frozen=True)
class Found:
    """A figure, in the bar's unit, and the section it was measured in; infinite, with a note, where it was not reached."""

    value: float
    section: Section
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """What must hold.

    Attributes:
        what: a sentence without the limit.
        most: the limit, in ``unit``.
        found: asks the sections.
        why: the reason, for as long as it falls short.
    """

    what: str
    most: float
    unit: str
    found: Measure
    why: str


@dataclass(frozen=True)
class Judged:
    """A bar, what was measured, and whether it holds; with None nothing was measured."""

    bar: Bar
    found: Found | None

    @property
    def holds(self) -> bool | None:
        """Whether the limit is kept."""
        return None if self.found is None else self.found.value <= self.bar.most


def _asked(sections: Sections, name: str) -> Iterator[Section]:
    """The section of a name; without one those about numbers of events, the largest first."""
    names = [name] if name else sorted(filter(is_of_events, sections), key=float, reverse=True)
    yield from (sections[one] for one in names if one in sections)


def _of(section: str, what: str, value: Callable[[Row], float]) -> Measure:
    """A figure of a row of ours; where no section is named, in the one with the most events that has it."""

    def found(sections: Sections) -> Found | None:
        for where in _asked(sections, section):
            row = where.row(what)
            if row is not None and (row.n or row.failed):
                return Found(value(row), where) if row.n else Found(math.inf, where, row.note)
        return None

    return found


def _ratio(section: str, over: tuple[str, str], under: tuple[str, str], value: Callable[[Row], float]) -> Measure:
    """One row's figure over another's of the same section."""

    def found(sections: Sections) -> Found | None:
        for where in _asked(sections, section):
            rows = where.measured(*over), where.measured(*under)
            if rows[0] is not None and rows[1] is not None and value(rows[1]):
                return Found(value(rows[0]) / value(rows[1]), where)
        return None

    return found


def _wall(row: Row) -> float:
    return row.wall.median if row.wall else 0.0


def _cpu(row: Row) -> float:
    return row.cpu.median if row.cpu else 0.0


def _peak_gb(row: Row) -> float:
    return row.peak_mb.median / 1000 if row.peak_mb else 0.0


def _disk_gb(row: Row) -> float:
    return row.disk_mb.median / 1000 if row.disk_mb else 0.0


BARS: Final = (
    Bar(
        "10 million events, landed to published: wall time", 150, "s", _of("10", walk.FROM_LANDING, _wall),
        "the build reads and judges every landed row anew, and the machine was not quiet where the load says so",
    ),
    Bar(
        "10 million events, landed to published: memory", 3, "GB", _of("10", walk.FROM_LANDING, _peak_gb),
        "of the build's bound of 2 GB DuckDB holds all, beside Python, Dagster and the estimates",
    ),
    Bar(
        "build of map, variants and months: CPU beside the hand-written script", 2, "×",
        _ratio("", (SAME_TABLES, OURS), (SAME_TABLES, HAND), _cpu),
        "the models judge every kind of record against every other delivery, and compute working time, media breaks, "
        "common ways and more percentiles, none of which the script does; dbt's own start weighs on small towns",
    ),
    Bar(
        "map, variants and months from the step table: CPU beside the same script", 1, "×",
        _ratio("", (FROM_STEPS, OURS), (SAME_TABLES, HAND), _cpu),
        "the step table holds case ids as text",
    ),
    Bar(
        "a run with nothing new: wall time", 5, "s", _of("", walk.NOTHING_NEW, _wall),
        "all of landing and the published file are read and hashed before it is said that nothing is new",
    ),
    Bar(
        "none of 150,000 cases in 13 years decided: temporary files", 2, "GB",
        _of("undecided", undecided.UNDECIDED, _disk_gb), "days and open cases are laid out before they are counted",
    ),
    Bar(
        "none of 150,000 cases in 13 years decided: memory", 3, "GB", _of("undecided", undecided.UNDECIDED, _peak_gb),
        "of the build's bound of 2 GB DuckDB holds all, beside Python, Dagster and the estimates",
    ),
    Bar(
        "none of 150,000 cases in 13 years decided: wall time beside the log with decisions", 2, "×",
        _ratio("undecided", (undecided.UNDECIDED, OURS), (undecided.DECIDED, OURS), _wall),
        "each open case stands in every day's stock until the end",
    ),
    Bar(
        "the receipt log, inbox to published: CPU", 20, "CPU s", _of("receipt", receipt.WALK, _cpu),
        "loading Dagster, dbt and Great Expectations and building every model takes most of it, whatever the log",
    ),
    Bar(
        "pages of a town with 3,000 services: wall time", 60, "s", _of("services", services.SITE, _wall),
        "each service is drawn on its own",
    ),
)  # fmt: skip


def judged(sections: Sections) -> Iterator[Judged]:
    """Each bar with what was measured."""
    for bar in BARS:
        yield Judged(bar, bar.found(sections))
