"""What pages cost a town with 3,000 services at 500 offices: a run on 200,000 cases, its steps, then pages alone.

Told are wall and CPU seconds and the most memory of the whole run and of pages and published file made alone, each in
a process of its own, and the size of what is published. PAPIERWENDE_BENCH_CASES makes the town smaller or larger.
"""

from __future__ import annotations

import os
import resource
import shutil
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import duckdb

from dashboards.site import build_site
from pipelines.walk import publish
from tests.bench.growth.large_town import AS_OF, LargeTown
from tests.towns import environment
from tests.walked import program

CASES = int(os.environ.get("PAPIERWENDE_BENCH_CASES", "200000"))
MOST_ROWS_PRINTED = 15
GOAL_SECONDS = 60


def spent_by_children() -> tuple[float, float]:
    """CPU seconds and the most memory in MB of the child processes so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def pages_of(database: Path, site: Path) -> tuple[float, float, float]:
    """Wall and CPU seconds and memory of making all pages."""
    wall, cpu = time.perf_counter(), time.process_time()
    build_site(database, site)
    return _since(wall, cpu)


def published(source: Path, target: Path) -> tuple[float, float, float]:
    """The same of writing the published file; the tables of one that was published are written again."""
    wall, cpu = time.perf_counter(), time.process_time()
    publish.publish_database(source, target, lambda *_: None, {"threads": "2", "memory_limit": "4GB"})
    return _since(wall, cpu)


def _since(wall: float, cpu: float) -> tuple[float, float, float]:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return time.perf_counter() - wall, time.process_time() - cpu, memory


def test_pages_of_a_town_with_many_services(tmp_path: Path) -> None:
    folder = LargeTown(cases=CASES).make(tmp_path / "town")
    began = time.perf_counter()
    done = program(environment(folder), "run", str(folder), "--as-of", AS_OF.isoformat())
    wall = time.perf_counter() - began
    assert done.returncode in (0, 3), done.stdout + done.stderr
    print(f"\n{done.stdout}")
    print(
        f"the run             {wall:7.1f} s {spent_by_children()[0]:7.1f} s CPU, peak {spent_by_children()[1]:,.0f} MB"
    )
    current = (folder / "current").resolve()
    for what, make, target in (
        ("pages", pages_of, tmp_path / "site"),
        ("published file", published, tmp_path / "again.duckdb"),
    ):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            seconds, cpu, memory = pool.submit(make, current / "papierwende.duckdb", target).result()
        print(f"{what:19} {seconds:7.1f} s {cpu:7.1f} s CPU, peak {memory:,.0f} MB")
        if make is pages_of:
            print(f"limit {GOAL_SECONDS} s, ratio {seconds / GOAL_SECONDS:.2f}")
    size = sum(path.stat().st_size for path in (tmp_path / "site").rglob("*") if path.is_file())
    largest = max((tmp_path / "site").glob("*.html"), key=lambda path: path.stat().st_size)
    print(f"published file {(current / 'papierwende.duckdb').stat().st_size / 1e6:,.0f} MB, pages {size / 1e6:.1f} MB,")
    print(f"the largest page {largest.name} {largest.stat().st_size / 1e3:,.0f} kB")
    with duckdb.connect(str(current / "papierwende.duckdb"), read_only=True) as connection:
        tables = connection.execute(
            "select table_name, estimated_size from duckdb_tables() order by estimated_size desc, table_name"
        ).fetchall()
    for name, rows in tables[:MOST_ROWS_PRINTED]:
        print(f"  {name:32} {rows:>12,} rows")
    shutil.rmtree(folder)
    assert size > 0
