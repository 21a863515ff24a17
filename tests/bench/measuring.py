"""How a section is measured: rows one after the other, told as they come, and taken up again where a run broke off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench.machine import load, machine, versions
from tests.bench.measured import Failed, Measured, Spent
from tests.bench.prepared import cache
from tests.bench.results import FAILED, OURS, UNTRIED, Row, Section, read_sections, write_sections


@dataclass
class Measuring:
    """One section while it is measured; after each row it is kept, so that a run can be taken up again.

    Attributes:
        section: what is known by now.
        runs: of each thing.
    """

    section: Section
    runs: int
    kept: Path

    @classmethod
    def of(cls, name: str, runs: int, *, is_fresh: bool) -> Measuring:
        """A section, with the rows of an unfinished run of the same program on the same machine, unless fresh."""
        kept = cache() / "unfinished" / f"{name}.json"
        if is_fresh:
            kept.unlink(missing_ok=True)
        before = read_sections(kept).get(name)
        section = Section(name, dt.date.today().isoformat(), machine(), versions(), (load(), load()))
        if before and (before.machine, before.versions) == (section.machine, section.versions):
            print(f"  taken up again after {len(before.rows)} rows", flush=True)
            section = before
        return cls(section, runs, kept)

    def has(self, what: str, by: str = OURS) -> bool:
        """Whether an earlier run has that row."""
        return self.section.row(what, by) is not None

    def add(self, row: Row) -> None:
        """Keep a row."""
        self.section.rows.append(row)
        self.section.load = (self.section.load[0], load())
        write_sections(self.kept, {self.section.name: self.section})
        print(f"  {told(row)}", flush=True)

    def spent(
        self,
        what: str,
        by: str,
        run: Callable[[], Measured],
        *,
        note: str = "",
        check: Callable[[], None] | None = None,
    ) -> None:
        """Run something as often as is due, check what the last run made, keep its row; what cannot be done is said.

        Args:
            what: is done.
            by: which program.
            run: does it once.
            note: what must be known of it.
            check: raises ``Failed`` where the result is wrong: then there is no row of seconds.
        """
        if self.has(what, by):
            return
        before, spent = load(), list[Spent]()
        try:
            for number in range(self.runs):
                spent.append(run().spent)
                if check is not None and number == 0:
                    check()
        except Failed as failure:
            self.add(Row(what, by, note=f"{FAILED}{failure}"))
            return
        self.add(Row.of(what, by, spent, before, note))

    def cannot(self, what: str, by: str, why: str) -> None:
        """Keep that something is not measured, and why."""
        if not self.has(what, by):
            self.add(Row(what, by, note=f"{UNTRIED}{why}"))

    def finished(self) -> Section:
        """The whole section; nothing of it is left to be taken up."""
        self.kept.unlink(missing_ok=True)
        return self.section


def told(row: Row) -> str:
    """A row as a line of progress."""
    if row.wall is None or row.cpu is None or row.peak_mb is None:
        return f"{row.what:44} {row.by:28} {row.note[:150]}"
    return (
        f"{row.what:44} {row.by:28} n={row.n}  {row.wall.median:8.2f} s  {row.cpu.median:8.2f} CPU s  "
        f"{row.peak_mb.median:7,.0f} MB  load {row.load}"
    )
