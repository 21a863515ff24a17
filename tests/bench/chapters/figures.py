"""The three figures by the product, by hand and by peers, each result compared before its time is kept."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from tests.bench.measured import HOUSE, Failed, Measured, measure, python
from tests.bench.measuring import Measuring
from tests.bench.peers.environments import peer
from tests.bench.prepared import environment
from tests.bench.results import OURS

BENCH: Final = HOUSE / "tests" / "bench"
SAME_TABLES: Final = "map, variants, months from landing"
FROM_STEPS: Final = "map, variants, months from the steps"
FROM_LOG: Final = "map, variants, durations of a log"
HAND: Final = "DuckDB by hand"
BARE: Final = "DuckDB, bare read"
MODELS_ONLY: Final = f"{OURS}, models without dbt"
# By whom, the script, what it is told beside the log, and whose environment it needs.
PROGRAMS: Final = (
    (OURS, "papierwende_steps", (), ""),
    (HAND, "duckdb_by_hand", (), ""),
    ("Polars by hand", "polars_by_hand", (), ""),
    ("pm4py, pandas", "pm4py_log", ("pandas",), "pm4py"),
    ("pm4py, Polars", "pm4py_log", ("polars",), "pm4py"),
    ("pl4pm", "pl4pm_log", (), "pl4pm"),
    ("r4pm", "r4pm_log", (), "r4pm"),
)


def tables_measured(measuring: Measuring, town: Path) -> None:
    """The three tables from what has landed: by the models, by hand, and what reading alone takes."""
    work = town.parent
    for by, how in ((OURS, "dbt"), (MODELS_ONLY, "sql")):
        run = python("tests.bench.children.same_tables", how, town)
        measuring.spent(SAME_TABLES, by, lambda run=run: measure(run, environment=environment()))
    for what, by, script in (
        (SAME_TABLES, HAND, "from_landing"),
        (FROM_STEPS, OURS, "from_steps"),
        (SAME_TABLES, BARE, "read_landed"),
    ):
        made = work / f"{script}.duckdb"
        command = python("tests.bench.children.run_sql", BENCH / "hand" / f"{script}.sql", made, town)
        measuring.spent(
            what,
            by,
            lambda command=command: measure(command),
            check=None if by == BARE else lambda made=made: _compared(made, town),
        )
        made.unlink(missing_ok=True)


def _compared(made: Path, town: Path) -> None:
    measure(python("tests.bench.children.compare", made, published(town)))


def log_measured(measuring: Measuring, town: Path) -> None:
    """Map, variants and durations of the whole log, by everybody who can."""
    log = town.parent / "log.parquet"
    expected = json.loads(measure(python("tests.bench.children.export_log", published(town), log)).said)
    measuring.section.facts |= {"events": expected["changes"] + expected["cases"], "cases": expected["cases"]}
    measuring.section.facts |= {name: expected[name] for name in ("edges", "variants")}
    for by, script, more, tool in PROGRAMS:
        if measuring.has(FROM_LOG, by):
            continue
        its = peer(tool) if tool else None
        if its is not None and its.python is None:
            measuring.cannot(FROM_LOG, by, its.why_not)
            continue
        interpreter = sys.executable if its is None else str(its.python)
        read = published(town) if by == OURS else log
        command = [interpreter, "-m", f"tests.bench.figures.{script}", str(read), *more]
        last: list[Measured] = []

        def run(command: list[str] = command, last: list[Measured] = last) -> Measured:
            last[:] = [measure(command)]
            return last[0]

        measuring.spent(FROM_LOG, by, run, note=_note(by), check=lambda last=last: agrees(last[0], expected))
    log.unlink()


def _note(by: str) -> str:
    return {
        "r4pm": "without durations, which it does not have",
        "pm4py, Polars": "durations in whole seconds",
        "pl4pm": "durations in whole seconds",
    }.get(by, "")


def agrees(measured: Measured, expected: dict[str, Any]) -> None:
    """Counts are the same; durations too, up to the second that some cut off each case.

    Raises:
        Failed: naming what differs.
    """
    found = json.loads(measured.marks[-1].line)
    names = ("edges", "changes", "variants", "cases", "hash", *(("cases_timed",) if "seconds" in found else ()))
    differing = [f"{name} {found[name]} and not {expected[name]}" for name in names if found[name] != expected[name]]
    if "seconds" in found and not -1 <= expected["seconds"] - found["seconds"] <= expected["cases"]:
        differing.append(f"seconds {found['seconds']:,.0f} and not {expected['seconds']:,.0f}")
    if differing:
        raise Failed(f"its result differs from the product's: {', '.join(differing)}")


def published(town: Path) -> Path:
    """The analysts' file of a town."""
    return (town / "current" / "papierwende.duckdb").resolve()
