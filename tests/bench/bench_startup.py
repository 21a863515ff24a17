"""What a small log costs from file to pages: CPU seconds by stage, with the user's cache of parsed models cold and warm.

Beside it what it costs to load each heavy library in a fresh process, most of what a small log pays. CPU seconds are
user and system of all processes; a busy machine makes them a quarter more. Nothing is asserted of them.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from tests.house.blueprint import ROOT
from tests.towns import ROWS, deliver, lines, make_town
from tests.walk.conftest import RECEIPT_SOURCE, SHARED
from tests.walked import environment_for

LIBRARIES = (
    "polars", "duckdb", "pandas", "scipy.stats", "altair", "dagster", "dagster_dbt",
    "pipelines.walk.dagster_dbt_alone", "dbt.cli.main", "great_expectations", "pipelines.commands.main",
    "pipelines.definitions",
)  # fmt: skip
# A run that tells at the end of each step what this process and those it waited for have taken since the last one.
RUN = """
import json, os, sys
from pipelines.run.garbage import look_rarely
from pipelines.run import progress
look_rarely()
stages, last = [], sum(os.times()[:4])
def ended(step, is_over):
    global last
    if is_over:
        stages.append((step.name, sum(os.times()[:4]) - last))
        last += stages[-1][1]
from pathlib import Path
import datetime as dt
from pipelines import runner
stages.append(("load", sum(os.times()[:4]) - last)); last += stages[-1][1]
progress.listen(ended)
outcome = runner.run(Path(sys.argv[1]), dt.date.fromisoformat(sys.argv[2]))
print(json.dumps([int(outcome.exit_code), outcome.said, stages]))
"""


def taken(environment: dict[str, str], *arguments: str) -> tuple[float, float, str]:
    """CPU seconds of Python with these arguments and of all it started, wall seconds, and what it said."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.perf_counter() - began, done.stdout


def small_town(folder: Path, environment: dict[str, str]) -> tuple[Path, str]:
    """A town with the receipt log, or where that is not at hand with three rows, and the day it speaks for."""
    log = SHARED / "receipt.xes.gz"
    if not log.is_file():
        deliver(make_town(folder), "few.csv", lines(*ROWS))
        return folder, "2026-06-15"
    command = "from pipelines.commands.start import main; main()"
    taken(environment, "-c", command, "init", str(folder), "--land", "HB", "--name", "Testhafen")
    settings = (folder / "town.toml").read_text(encoding="utf-8").partition("# One table per system")[0]
    settings = settings.replace("min_cases = 10", "min_cases = 10\nthresholds_off = true")
    (folder / "town.toml").write_text(settings + RECEIPT_SOURCE, encoding="utf-8")
    (folder / "inbox" / "permits").mkdir()
    (folder / "inbox" / "permits" / log.name).write_bytes(log.read_bytes())
    return folder, "2012-01-31"


def test_a_small_log_from_file_to_pages(tmp_path: Path) -> None:
    environment = environment_for(tmp_path) | {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    print(f"\n{'':34}{'CPU s':>8}{'wall s':>8}")
    for name, again in (("cold", False), ("warm", False), ("warm", True)):
        if not again:
            town, day = small_town(tmp_path / name, environment)
        cpu, wall, said = taken(environment, "-c", RUN, str(town), day)
        exit_code, ended, stages = json.loads(said.splitlines()[-1])
        assert (exit_code, ended) in ((0, "published"), (3, "published"), (0, "nothing new")), said
        what = "nothing new" if again else f"file to pages, {name} cache"
        print(f"{what:34}{cpu:8.1f}{wall:8.1f}")
        for stage, seconds in stages:
            print(f"    {stage:30}{seconds:8.1f}")
        print(f"    {'end, and what nobody waited for':30}{cpu - sum(seconds for _, seconds in stages):8.1f}")
    for library in LIBRARIES:
        cpu, wall, _ = taken(environment, "-W", "ignore", "-c", f"import {library}")
        print(f"import {library:27}{cpu:8.1f}{wall:8.1f}")
