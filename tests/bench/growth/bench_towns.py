"""What ten small towns cost one machine: one after the other, and as many at once as it carries.

Each is the small town of the tests with a log of its own; all are run for the first time. Told are wall and CPU seconds
of all processes and how many run at once. PAPIERWENDE_BENCH_TOWNS sets another number of towns.
"""

from __future__ import annotations

import os
import resource
import shutil
import time
from pathlib import Path

import pytest

from pipelines.towns import usual_at_once
from tests.towns import KEY, ROWS, deliver, lines, make_town, write_key
from tests.walked import program

TOWNS = int(os.environ.get("PAPIERWENDE_BENCH_TOWNS", "10"))
DAY = "2026-06-15"


def cpu_of_children() -> float:
    """CPU seconds of all child processes that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.timeout(3600)
def test_towns_one_by_one_and_at_once(tmp_path: Path) -> None:
    settings = tmp_path / "config" / "papierwende"
    settings.mkdir(parents=True)
    write_key(settings / f"{KEY.key_id}.key", KEY)
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "config"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    made = tmp_path / "made"
    for number in range(TOWNS):
        deliver(make_town(made / f"town-{number}"), "x.csv", lines(*ROWS))
    print(f"\n{TOWNS} towns, load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    # The models are parsed once for all towns of a user; that is no town's cost.
    warm = shutil.copytree(made / "town-0", tmp_path / "warm")
    assert program(environment, "run", str(warm), "--as-of", DAY).returncode in (0, 3)
    for at_once in dict.fromkeys((1, max(2, usual_at_once()))):
        folder = shutil.copytree(made, tmp_path / f"towns-{at_once}")
        wall, cpu = time.perf_counter(), cpu_of_children()
        done = program(environment, "towns", "run", str(folder), "--at-once", str(at_once), "--as-of", DAY)
        assert done.returncode in (0, 3), done.stdout + done.stderr
        spent = cpu_of_children() - cpu
        print(f"{at_once} at once: {time.perf_counter() - wall:7.1f} s {spent:7.1f} s CPU, {spent / TOWNS:.1f} a town")
