"""What the daily stock costs where cases stay open for years: it must not grow with cases times days.

The same register of thirteen years twice, each case decided after some weeks and none ever decided. All models behind
``rpt_backlog_daily`` are built with 3 GB of memory; told are seconds, memory and temporary files, and the ratio.
"""

from __future__ import annotations

import datetime as dt
import random
import resource
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import duckdb
import pytest

from tests.models.compiled_models import SCHEMAS, CompiledModels
from tests.models.small_town import SmallTown

CASES = 150_000
FIRST, AS_OF = dt.datetime(2000, 1, 3), dt.date(2013, 6, 30)
MINUTES = 13 * 365 * 24 * 60


def register(folder: Path, *, is_decided: bool) -> None:
    """A town with one register and office hours from Monday to Friday."""
    chance, town = random.Random(1), SmallTown(folder)
    hours = {"office_code": "all", "opens_at": "08:00", "closes_at": "12:00", "valid_from": dt.date(1999, 1, 1)}
    town.decide(
        AS_OF,
        sources=[{"source": "register", "source_rank": 1, "mode": "dump"}],
        opening_hours=[hours | {"weekday": day} for day in ("mon", "tue", "wed", "thu", "fri")],
    )
    came = [FIRST + dt.timedelta(minutes=chance.randrange(MINUTES)) for _ in range(CASES)]
    rows = [
        {
            "case_id": f"case-{number}",
            "service_code": "fines",
            "received_at": at,
            "due_at": at + dt.timedelta(days=60),
            "closed_at": at + dt.timedelta(days=chance.randrange(90)) if is_decided else None,
        }
        for number, at in enumerate(came)
    ]
    town.deliver("register", "d1", dt.datetime(2013, 6, 30), mode="dump", cases=rows)


def built(models: CompiledModels, town: Path) -> tuple[float, float, float, int]:
    """Seconds, megabytes of memory and of temporary files, and the rows of a build; in a process of its own."""
    spill = town / "spill"
    spill.mkdir()
    settings = {"threads": 2, "memory_limit": "3GB", "temp_directory": str(spill)}
    connection = duckdb.connect(str(town / "own.duckdb"), config=settings)
    connection.execute("set timezone = 'UTC'")
    connection.execute(f"attach '{town}/build.duckdb' as {models.database}")
    for schema in SCHEMAS:
        connection.execute(f"create schema {models.database}.{schema}")
    most, is_done = 0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not is_done.wait(0.1):
            most = max(most, sum(path.stat().st_size for path in spill.rglob("*") if path.is_file()))

    watching = threading.Thread(target=watch)
    watching.start()
    started = time.monotonic()
    for statement in models.statements("rpt_backlog_daily"):
        connection.execute(statement.replace(str(models.town), str(town)))
    seconds = time.monotonic() - started
    is_done.set()
    watching.join()
    (rows,) = connection.execute(f"select count(*) from {models.database}.monitor.rpt_backlog_daily").fetchall()[0]
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3, most / 1e6, rows


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CompiledModels]:
    town = SmallTown(tmp_path_factory.mktemp("compiled"))
    town.decide(AS_OF)
    yield CompiledModels.of(town)


def test_cases_that_are_never_decided(models: CompiledModels, tmp_path: Path) -> None:
    found = {}
    for name, is_decided in (("decided", True), ("never decided", False)):
        register(tmp_path / name, is_decided=is_decided)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            found[name] = pool.submit(built, models, tmp_path / name).result()
        seconds, memory, spilled, rows = found[name]
        print(f"{CASES:,} cases, {name}: {seconds:.1f} s, {memory:,.0f} MB, {spilled:,.0f} MB of files, {rows:,} rows")
    print(f"never decided / decided: {found['never decided'][0] / found['decided'][0]:.2f}")
    assert all(rows > 0 for *_, rows in found.values())
