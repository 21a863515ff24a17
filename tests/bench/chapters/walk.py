"""The invented town through the walk: from its inbox, from landing, with nothing new; and the parts of it alone."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from tests.bench.machine import load
from tests.bench.measured import Failed, Measured, Spent, measure, python
from tests.bench.measuring import Measuring
from tests.bench.prepared import DAY, MEMORY, environment, kept_folder, town_of
from tests.bench.results import FAILED, OURS, Row
from tests.walked import PROGRAM

FROM_INBOX: Final = "inbox to published"
FROM_LANDING: Final = "landed to published, a day later"
NOTHING_NEW: Final = "a run with nothing new"
ESTIMATE: Final = "estimate, alone"
PUBLISH: Final = "publish the analysts' file, alone"
SITE: Final = "the pages, alone"
PUBLISHED: Final = (0, 3)
STEP: Final = re.compile(r"✓ (\w+) ")
STEPS: Final = {
    "admit": "of it admit: inbox to deliveries, all sources",
    "guard": "of it guard: judged and landed",
    "build": "of it build: all models and tests",
    "publish": "of it publish: file, pages, status",
}


def command(*arguments: str) -> list[str]:
    """The installed program: where Python runs no file, DuckDB takes it for a person and draws progress bars."""
    return [str(PROGRAM), *arguments]


def walked(measuring: Measuring, millions: float) -> Path | None:
    """The walk's rows; returns a town that took it, with ``build.duckdb`` of its last build beside it.

    Where the whole walk fails, what has landed is tried with more memory; None where that fails too.
    """
    work = kept_folder(f"walk-{millions:g}")
    town, build_file = work / "town", work / "build.duckdb"
    if not (measuring.has(FROM_INBOX) and (town / "landing").exists()):
        _from_inbox(measuring, town_of(millions), town, build_file)
    if not (town / "current").exists():
        _from_landing(measuring, town, 0, partial(_keep_build_file, town, build_file), _with_more_memory(town))
    if not (town / "current").exists():
        return None
    measuring.spent(NOTHING_NEW, OURS, lambda: _run(town, _standing_day(town), expected=(0,)))
    _from_landing(measuring, town, 1)
    _parts(measuring, work, town, build_file)
    measuring.section.facts |= {"generation_mb": size_mb(town / "generations"), "town_mb": size_mb(town)}
    return town


def _from_inbox(measuring: Measuring, prepared: Path, town: Path, build_file: Path) -> None:
    """Fresh copies through the whole walk; each step by the line it prints when it ends."""
    before, is_known = load(), measuring.has(FROM_INBOX)
    whole, steps = list[Spent](), defaultdict[str, list[Spent]](list)
    for _ in range(1 if is_known else measuring.runs):
        shutil.rmtree(town, ignore_errors=True)
        shutil.copytree(prepared, town, copy_function=_copied)
        try:
            ran = _run(town, DAY, partial(_keep_build_file, town, build_file))
        except Failed as failure:
            if not is_known:
                measuring.add(Row(FROM_INBOX, OURS, note=f"{FAILED}{failure}"))
            return
        whole.append(ran.spent)
        for name, spent in steps_of(ran).items():
            steps[name].append(spent)
    measuring.section.facts |= {"inbox_mb": size_mb(prepared / "inbox"), "landing_mb": size_mb(town / "landing")}
    if is_known:
        return
    measuring.add(Row.of(FROM_INBOX, OURS, whole, before))
    for name, title in STEPS.items():
        if steps[name]:
            measuring.add(Row.of(title, OURS, steps[name], before))
        else:
            measuring.cannot(title, OURS, "the run printed no line of this step")


def _with_more_memory(town: Path) -> str:
    """Let the town's builds take what a town gets that wishes nothing; returns the note that says so."""
    town_file = town / "town.toml"
    text = town_file.read_text(encoding="utf-8")
    town_file.write_text(text.replace(f'memory = "{MEMORY}"\n', ""), encoding="utf-8")
    return f"the build took up to half of the machine's memory, as with {MEMORY} it failed"


def _from_landing(
    measuring: Measuring, town: Path, first: int, heard: Callable[[str], None] | None = None, note: str = ""
) -> None:
    """What has landed once more, each time for another day, the first so many days after ``DAY``."""
    numbers = range(first, first + measuring.runs)
    days = ((dt.date.fromisoformat(DAY) + dt.timedelta(days=number)).isoformat() for number in numbers)
    measuring.spent(FROM_LANDING, OURS, lambda: _run(town, next(days), heard), note=note)


def _standing_day(town: Path) -> str:
    """The day the published generation speaks for."""
    return str(json.loads((town / "current" / "status.json").read_text(encoding="utf-8"))["as_of"])


def _parts(measuring: Measuring, work: Path, town: Path, build_file: Path) -> None:
    for what, name in ((ESTIMATE, "estimate"), (PUBLISH, "publish"), (SITE, "site")):
        folder = work / name

        def alone(name: str = name, folder: Path = folder) -> Measured:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            return measure(
                python("tests.bench.children.publish_parts", name, town, build_file, folder), environment=environment()
            )

        measuring.spent(what, OURS, alone)
        shutil.rmtree(folder, ignore_errors=True)


def _run(
    town: Path, day: str, heard: Callable[[str], None] | None = None, expected: tuple[int, ...] = PUBLISHED
) -> Measured:
    ran = measure(command("run", str(town), "--as-of", day), environment=environment(), expected=expected, heard=heard)
    if (expected == PUBLISHED) != ("Published generation" in ran.said):
        raise Failed(f"run {town.name} --as-of {day} ended with: {ran.said[-300:]}")
    return ran


def steps_of(ran: Measured) -> dict[str, Spent]:
    """What each step spent; the line of a step stands when it ends."""
    found = ((STEP.search(mark.line), mark.spent) for mark in ran.marks)
    return {step[1]: spent for step, spent in found if step}


def _keep_build_file(town: Path, build_file: Path, line: str) -> None:
    """Hold on to what was built, which a run deletes after publishing."""
    if line.startswith("✓ build"):
        build_file.unlink(missing_ok=True)
        os.link(town / "var" / "build" / "build.duckdb", build_file)


def _copied(path: str, to: str) -> None:
    """A file of the inbox is only read and removed: a second name of it does."""
    (os.link if "inbox" in Path(path).parts else shutil.copy2)(path, to)


def size_mb(folder: Path) -> float:
    """What lies in a folder."""
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6, 1)
