"""What was measured, as docs/scale.json keeps it: sections, each measured in one run on one machine.

A ratio is only ever one between two rows of the same section.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.bench.measured import Spent

OURS: Final = "Papierwende"
# How the note of a row without seconds begins: it was tried and did not do it, or nobody could try.
FAILED: Final = "failed: "
UNTRIED: Final = "not measured: "


@dataclass(frozen=True)
class Spread:
    """The middle, the least and the most of some runs."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of at least one value."""
        return cls(*(round(value, 3) for value in (statistics.median(values), min(values), max(values))))


@dataclass(frozen=True)
class Row:
    """One thing done by one program.

    Attributes:
        what: is done.
        by: which program; rows with the same ``what`` are compared.
        n: runs. With 0 nothing was measured, and ``note`` says why.
        wall, cpu: seconds.
        peak_mb: the most memory of the whole tree of processes.
        disk_mb: the most temporary files, where they were watched; after a run what lies there, where ``what`` says so.
        load: what else wanted a core in the minute before.
        note: what must be known of it.
    """

    what: str
    by: str
    n: int = 0
    wall: Spread | None = None
    cpu: Spread | None = None
    peak_mb: Spread | None = None
    disk_mb: Spread | None = None
    load: float = 0.0
    note: str = ""

    @classmethod
    def of(cls, what: str, by: str, spent: Sequence[Spent], load: float, note: str = "") -> Row:
        """A row of runs."""
        return cls(
            what,
            by,
            len(spent),
            Spread.of([one.wall for one in spent]),
            Spread.of([one.cpu for one in spent]),
            Spread.of([one.peak_mb for one in spent]),
            Spread.of([one.disk_mb for one in spent]) if any(one.disk_mb for one in spent) else None,
            load,
            note,
        )

    @property
    def failed(self) -> bool:
        """Whether it was tried and did not do it."""
        return self.n == 0 and self.note.startswith(FAILED)

    @classmethod
    def read(cls, told: dict[str, Any]) -> Row:
        """A row as JSON tells it."""
        spreads = {name: Spread(**told[name]) for name in ("wall", "cpu", "peak_mb", "disk_mb") if told.get(name)}
        return cls(**{**told, **spreads})


@dataclass
class Section:
    """What was measured in one run.

    Attributes:
        name: a number of million events, or what it is about.
        facts: of the data measured on: events, cases, bytes.
        machine, versions: what it was measured on and with.
        load: the load average before and after.
    """

    name: str
    measured_on: str = ""
    machine: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    load: tuple[float, float] = (0.0, 0.0)
    facts: dict[str, float] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def row(self, what: str, by: str = OURS) -> Row | None:
        """The row of a thing, if it was asked for."""
        return next((row for row in self.rows if (row.what, row.by) == (what, by)), None)

    def measured(self, what: str, by: str = OURS) -> Row | None:
        """The row of a thing, if it could be measured."""
        row = self.row(what, by)
        return row if row is not None and row.n else None


def read_sections(path: Path) -> dict[str, Section]:
    """The sections of a file by name; none where there is no file."""
    if not path.is_file():
        return {}
    told = json.loads(path.read_text(encoding="utf-8"))
    return {name: _section(one) for name, one in told.items()}


def write_sections(path: Path, sections: dict[str, Section]) -> None:
    """Write sections, in the order of their names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ordered = {name: asdict(sections[name]) for name in sorted(sections, key=_order)}
    half = path.with_suffix(".half")
    half.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    half.replace(path)


def is_of_events(name: str) -> bool:
    """Whether a section is about a number of million events."""
    return name.replace(".", "", 1).isdecimal()


def _order(name: str) -> tuple[bool, float, str]:
    return (not is_of_events(name), float(name) if is_of_events(name) else 0.0, name)


def _section(told: dict[str, Any]) -> Section:
    rows = [Row.read(row) for row in told["rows"]]
    return Section(**{**told, "rows": rows, "load": tuple(told["load"])})
