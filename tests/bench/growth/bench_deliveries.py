"""What reading 2,000 nightly deliveries costs before and after they were packed: verifying them, and a model's scan.

Each delivery is a small file of 20 events that went through the door. Told are wall and CPU seconds, files and bytes.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines.run.integrity import damaged_files
from pipelines.walk.packing import pack_small
from sources.contract.records import LANDED
from sources.landing.landing import Landing
from tests.pipelines.walk.admissions import admit_and_land, run_on
from tests.towns import NOW, PORTAL, deliver, lines, make_town

NIGHTS = int(os.environ.get("PAPIERWENDE_BENCH_NIGHTS", "2000"))
EVENTS = 20
FIRST = dt.datetime(2020, 1, 1, 8)


def scanned(folder: Path) -> int:
    """All rows of all kinds, as the build reads them: a view on each kind's files, every column."""
    rows = 0
    with duckdb.connect() as connection:
        for kind in LANDED:
            files = f"read_parquet('{folder}/landing/*/*/{kind}.parquet', union_by_name = true)"
            connection.execute(f"create or replace table t as select * from {files}")
            rows += connection.execute("select count(*) from t").fetchall()[0][0]
    return rows


def measured(what: str, act: Callable[[], object]) -> object:
    """What came out; told is what it cost."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = act()
    print(f"{what:36} {time.perf_counter() - wall:7.2f} s {time.process_time() - cpu:7.2f} s CPU")
    return found


@pytest.mark.timeout(3600)
def test_reading_many_deliveries_before_and_after_packing(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town", "[run]\nstill_seconds = 0\n" + PORTAL)
    for night in range(NIGHTS):
        day = FIRST + dt.timedelta(days=night)
        rows = [f"BHV-{night}-{n};Eingang;{day:%d.%m.%Y} 09:{n:02};Internet" for n in range(EVENTS)]
        deliver(folder, f"{night:05}.csv", lines(*rows))
    print()
    measured(f"{NIGHTS:,} deliveries through the door", lambda: admit_and_land(folder, NOW))
    landing, found = Landing(folder), []
    for when in ("before", "after"):
        if when == "after":
            print(f"{measured('packing', lambda: pack_small(run_on(folder), lambda *_: None)):,} packed")
        files = [path for path in landing.root.rglob("*") if path.is_file()]
        print(f"{when}: {len(files):,} files, {sum(path.stat().st_size for path in files) / 1e6:.1f} MB")
        found.append(measured(f"{when}: read by the build", lambda: scanned(folder)))
        assert measured(f"{when}: verified", lambda: damaged_files(landing)) == []
        found.append(measured(f"{when}: manifests", lambda: len(list(landing.manifests()))))
    assert found[:2] == found[2:]
