"""What Spark costs beside DuckDB: the models of one invented town of a million events, built by both on this machine.

Without tests and pages, which cost the same whatever the engine. ``PAPIERWENDE_BENCH_SCALE`` takes another town.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from pipelines.run.bounds import Bounds
from pipelines.run.settings import project_root
from pipelines.walk.build import Workshop
from pipelines.walk.dbt_program import CHILD, on_spark
from pipelines.walk.parsed import models_of
from pipelines.walk.spark import server
from pipelines.walk.spark.exchange import Exchange
from pipelines.walk.spark.homecoming import bring_back
from tests.walked import environment_for, program

SCALE = os.environ.get("PAPIERWENDE_BENCH_SCALE", "1.13")
MEMORY = 4 * 10**9
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Cost:
    """What a build took, all its processes together."""

    wall: float = 0.0
    cpu: float = 0.0
    peak_mb: float = 0.0


@contextmanager
def measured() -> Iterator[Cost]:
    """The cost of all children of this process while the block runs; peaks of memory are looked at four times a second."""
    cost, over = Cost(), threading.Event()
    peaks: dict[int, float] = {}
    seen: dict[int, float] = {}

    def watch() -> None:
        while not over.wait(0.25):
            for pid in children():
                # What has ended and was not waited for yet holds no memory any more.
                peaks[pid] = max(peaks.get(pid, 0.0), peak_mb(pid))
                seen[pid] = max(seen.get(pid, 0.0), cpu_seconds(pid))

    watcher = threading.Thread(target=watch)
    started = time.perf_counter()
    watcher.start()
    try:
        yield cost
    finally:
        over.set()
        watcher.join()
        cost.wall = time.perf_counter() - started
        cost.cpu, cost.peak_mb = sum(seen.values()), sum(peaks.values())


def children() -> list[int]:
    """The processes this one started."""
    told = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
    return [int(pid) for pid in told.split()]


def cpu_seconds(pid: int) -> float:
    """What a process has used so far."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def peak_mb(pid: int) -> float:
    """The most memory a process ever held."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return int(found[1]) / 1024 if found else 0.0


def dbt_run(target: Path) -> None:
    """Dbt builds all models in this process's environment."""
    command = [sys.executable, *CHILD, "run", "--project-dir", str(project_root()), "--target-path", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.timeout(4 * 3600)
def test_a_million_events_on_both(tmp_path: Path) -> None:
    folder = tmp_path / "town"
    ran = program(environment_for(tmp_path), "demo", str(folder), "--scale", SCALE, "--as-of", "2026-10-31")
    assert ran.returncode == 3, ran.stdout + ran.stderr
    workshop, exchange = Workshop(folder), Exchange(tmp_path / "exchange")
    manifest = models_of(folder)
    costs: dict[str, Cost] = {}
    with workshop.environment("Europe/Berlin", Bounds(MEMORY, 50 * 10**9)):
        workshop.fresh_build_file()
        with measured() as costs["DuckDB, 2 threads"]:
            dbt_run(workshop.target)
        events = _rows(workshop.build_file)
        workshop.fresh_build_file()
        with measured() as costs["Spark, local[2]"]:
            exchange.lay_out(folder / "landing", workshop.inputs)
            with (
                server.connected("local[2]", tmp_path / "spark", MEMORY) as remote,
                on_spark(remote, exchange.folder, "papierwende_bench"),
            ):
                dbt_run(workshop.target_on_spark)
        started = time.perf_counter()
        bring_back(exchange.built, workshop.build_file, manifest, {})
        back = time.perf_counter() - started
        assert _rows(workshop.build_file) == events
    print(
        f"\n{events:,} events, {dt.date.today()}, {len(os.sched_getaffinity(0))} cores, {MEMORY / 1e9:.0f} GB for each"
    )
    print(f"{'':20}{'wall s':>10}{'CPU s':>10}{'peak MB':>10}")
    for name, cost in costs.items():
        print(f"{name:20}{cost.wall:10.0f}{cost.cpu:10.0f}{cost.peak_mb:10,.0f}")
    print(f"{'brought back':20}{back:10.1f}")


def _rows(build_file: Path) -> int:
    with duckdb.connect(str(build_file), read_only=True) as connection:
        return connection.execute("select count(*) from monitor.fct_case_steps").fetchall()[0][0]
