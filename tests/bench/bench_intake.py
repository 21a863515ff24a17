"""What the way in costs: rows per second and memory from a file to a delivery folder that is written and synced.

Each file is taken in by a process of its own, so that its peak of memory is its own. The large file is 2 GB, or as
many as PAPIERWENDE_BENCH_GB says; what a small one needs is printed beside it, since memory must not grow with the file.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from sources.connectors.files import read_batches
from sources.door.door import Door
from sources.door.units import Units
from sources.landing.identity import identify
from sources.landing.landing import Landing
from sources.town.folder import read_town
from sources.town.source import Source
from tests.bench import intake_files as files
from tests.towns import KEY, NOW, TODAY, make_source, make_town

XES_COLUMNS = {
    "case_ref": "case:concept:name",
    "activity": "concept:name",
    "occurred_at": "time:timestamp",
    "unit": "org:group",
    "channel": "case:channel",
    "service": "case:service",
    "case_type": "case:case_type",
}
RUNS = 5
LARGE_GB = float(os.environ.get("PAPIERWENDE_BENCH_GB", "2"))
HOUSE = Path(__file__).resolve().parents[2]


def source_of(kind: str) -> Source:
    """The mapping of one of the written files."""
    if kind == "xes":
        return make_source(XES_COLUMNS, format="xes", values=files.MEANINGS)
    if kind == "jsonl":
        return make_source(files.CSV_COLUMNS, format="jsonl", values=files.MEANINGS, timestamp_format=files.TIME)
    if kind == "parquet":
        return make_source(files.CSV_COLUMNS, format="parquet", values=files.MEANINGS, timestamp_format=files.TIME)
    return make_source(files.CSV_COLUMNS, format="csv", values=files.MEANINGS, **files.CSV_TABLE)


def take_in(kind: str, path: Path, folder: Path) -> None:
    """One file from the inbox to ``var/incoming``; prints what it cost."""
    town, source = read_town(folder), source_of(kind)
    landing = Landing(folder)
    landing.prepare()
    before, spent = time.perf_counter(), time.process_time()
    identity = identify(path, source, "")
    spool = landing.spool_for(source.name, identity.delivery_id)
    door = Door(source, town.setting.timezone, Units(town), KEY, TODAY, spool)
    for batch in read_batches(path, source):
        door.take(batch)
    admitted = door.close()
    landing.write(source, identity, admitted, KEY.key_id, NOW)
    cost = {
        "rows": admitted.rows_read,
        "admitted": admitted.rows_admitted,
        "seconds": time.perf_counter() - before,
        "cpu": time.process_time() - spent,
        "peak_mb": peak_mb(),
    }
    print(json.dumps(cost))


def peak_mb() -> float:
    """The most memory this process ever held; what getrusage tells begins with the parent's."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found is not None
    return int(found[1]) / 1024


def cost_of(kind: str, path: Path, *, cores: int = 2, times: int = 1) -> dict[str, float]:
    """What taking in a file costs a process that may use so many cores; of many times, the last."""
    folder = make_town(Path(tempfile.mkdtemp(dir=path.parent)))
    program = (
        "from pipelines.commands.start import take_few_arenas; take_few_arenas(); "
        f"import os; os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:{cores}])); from pathlib import Path; "
        f"from tests.bench.bench_intake import take_in; "
        f"[take_in({kind!r}, Path({str(path)!r}), Path({str(folder)!r})) for _ in range({times})]"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=HOUSE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    cost: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    assert cost["rows"] == cost["admitted"]
    shutil.rmtree(folder)
    return cost


def report(what: str, costs: list[dict[str, float]], goal: float) -> None:
    """A line of the report: the middle run, and the slowest and quickest beside it."""
    costs = sorted(costs, key=lambda cost: cost["seconds"])
    cost = costs[len(costs) // 2]
    speed, slowest, quickest = (run["rows"] / run["seconds"] for run in (cost, costs[-1], costs[0]))
    print(
        f"{what:34} {cost['rows']:>12,.0f} rows {cost['seconds']:7.1f} s {speed:>10,.0f} rows/s "
        f"({slowest:,.0f} to {quickest:,.0f}; goal {goal:,.0f}, ratio {speed / goal:5.2f})  "
        f"{cost['cpu'] / cost['rows'] * 1e6:5.1f} µs CPU a row, peak {max(run['peak_mb'] for run in costs):5.0f} MB"
    )


def write_parquet_events(path: Path, rows: int) -> Path:
    """The same events as Parquet."""
    pl.concat(list(files.event_frames(rows))).write_parquet(path, row_group_size=100_000)
    return path


WRITERS: list[tuple[str, str, int, float, Callable[[Path, int], Path]]] = [
    ("csv, no quotes", "csv", 1_000_000, 250_000, lambda path, rows: files.write_csv_events(path, rows, quoted=False)),
    ("csv, all quoted", "csv", 1_000_000, 250_000, lambda path, rows: files.write_csv_events(path, rows, quoted=True)),
    ("jsonl", "jsonl", 400_000, 100_000, files.write_jsonl_events),
    ("parquet", "parquet", 1_000_000, 250_000, write_parquet_events),
    ("xes", "xes", 400_000, 100_000, files.write_xes_events),
]


@pytest.mark.parametrize(("what", "kind", "rows", "goal", "write"), WRITERS, ids=[writer[0] for writer in WRITERS])
def test_rows_per_second(
    tmp_path: Path, what: str, kind: str, rows: int, goal: float, write: Callable[[Path, int], Path]
) -> None:
    path = write(tmp_path / f"x.{kind}", rows)
    print(f"\n{what}: {path.stat().st_size / 1e6:,.0f} MB")
    report(f"{what}, two cores", [cost_of(kind, path) for _ in range(RUNS)], goal)
    report(f"{what}, one core", [cost_of(kind, path, cores=1) for _ in range(RUNS)], goal * 0.6)
    if kind == "csv":
        began = time.perf_counter()
        height = pl.read_csv(path, separator=";", encoding="windows-1252", infer_schema=False).height
        seconds = time.perf_counter() - began
        print(
            f"{'polars.read_csv of the same bytes':34} {height:>12,} rows {seconds:7.1f} s {height / seconds:>10,.0f} rows/s"
        )


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    small = files.write_csv_events(tmp_path / "small.csv", 3_000_000, quoted=True)
    large = files.write_csv_events(
        tmp_path / "large.csv", int(3_000_000 * LARGE_GB * 1e9 / small.stat().st_size), quoted=True
    )
    print()
    costs = []
    for path in (small, large):
        costs.append(cost_of("csv", path))
        report(f"csv of {path.stat().st_size / 1e9:.2f} GB", costs[-1:], 250_000)
        path.unlink()
    grown = costs[1]["peak_mb"] - costs[0]["peak_mb"]
    print(
        f"peak of memory grew by {grown:.0f} MB; the limit for 10 GB is 1,000 MB (PAPIERWENDE_BENCH_GB=10 measures it)"
    )
    assert costs[1]["peak_mb"] < 1000


def test_memory_does_not_grow_with_the_number_of_files(tmp_path: Path) -> None:
    path = files.write_csv_events(tmp_path / "x.csv", 1_000_000, quoted=True)
    print()
    costs = [cost_of("csv", path, times=times) for times in (1, 12)]
    for times, cost in zip((1, 12), costs, strict=True):
        report(f"csv, the last of {times}", [cost], 250_000)
    assert costs[1]["peak_mb"] < 1000
