"""Memory of the way in does not grow with a file, nor with the number of files.

The large file is 2 GB, or as many as PAPIERWENDE_BENCH_GB says; what a small one needs is printed beside it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.bench.chapters.intake import source_toml
from tests.bench.intake_files import write_csv_events
from tests.bench.measured import measure, python
from tests.bench.prepared import environment
from tests.towns import make_town

LARGE_GB = float(os.environ.get("PAPIERWENDE_BENCH_GB", "2"))
LIMIT_MB = 1000


def peak_mb(folder: Path, path: Path, times: int = 1) -> float:
    """The most memory a process needs that takes a file in, so many times under other names."""
    town = make_town(folder / "town", source_toml("csv"))
    for number in range(times):
        copied = town / "inbox" / "s" / f"{number}.csv"
        shutil.copy(path, copied)
        with copied.open("ab") as file:
            # Equal bytes are one delivery.
            file.write(b"\r\n" * number)
    taken = measure(python("tests.bench.children.take_in", town), environment=environment())
    shutil.rmtree(town)
    print(f"{times} × {path.stat().st_size / 1e9:.2f} GB: peak {taken.spent.peak_mb:,.0f} MB")
    return taken.spent.peak_mb


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    print()
    small = write_csv_events(tmp_path / "small.csv", 1_000_000, quoted=True)
    peak_mb(tmp_path, small)
    large = write_csv_events(
        tmp_path / "large.csv", int(1_000_000 * LARGE_GB * 1e9 / small.stat().st_size), quoted=True
    )
    assert peak_mb(tmp_path, large) < LIMIT_MB


def test_memory_does_not_grow_with_the_number_of_files(tmp_path: Path) -> None:
    print()
    path = write_csv_events(tmp_path / "x.csv", 1_000_000, quoted=True)
    assert peak_mb(tmp_path, path, times=12) < LIMIT_MB
