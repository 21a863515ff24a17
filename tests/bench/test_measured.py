"""What is measured is the whole tree of a child's processes, from the line it says it is ready; what fails says how."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from tests.bench import machine
from tests.bench.measured import READY, Failed, Spent, measure
from tests.bench.measuring import Measuring
from tests.bench.results import OURS, Row, read_sections

BURN = "import time\nwhile time.process_time() < {seconds}: pass\n"
# A child and its own child, each with 60 MB for as long as the other.
TREE = """
import subprocess, sys
print({ready!r}, flush=True)
held = bytearray(b'x') * 60_000_000
subprocess.run([sys.executable, '-c', "held = bytearray(b'x') * 60_000_000\\n" + {burn!r}])
print('half', flush=True)
{burn}
"""


def script(text: str) -> list[str]:
    return [sys.executable, "-c", text]


def test_cpu_and_memory_of_all_processes_count() -> None:
    text = TREE.format(ready=READY, burn=BURN.format(seconds=0.4))
    found = measure(script(text))
    assert [mark.line for mark in found.marks] == [READY, "half"]
    assert found.spent.cpu >= 0.5
    assert found.spent.peak_mb >= 120
    assert found.marks[1].spent.cpu >= 0.3


def test_what_came_before_the_child_was_ready_does_not_count() -> None:
    found = measure(script(BURN.format(seconds=0.5) + f"print({READY!r}, flush=True)"))
    assert found.marks[0].spent.cpu >= 0.4
    assert found.spent.cpu < 0.3


def test_a_child_that_fails_says_how_without_a_path_of_this_machine(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"ended with 1: No such file: x\.csv$"):
        measure(script(f"import sys; sys.exit('No such file: {tmp_path}/x.csv')"))


def test_a_child_that_takes_more_memory_than_is_to_spare_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.bench.measured._free_memory", lambda: 50e6)
    with pytest.raises(Failed, match="took more than the 0 GB"):
        measure(script("import time\nheld = bytearray(b'x') * 90_000_000\ntime.sleep(60)"))


def test_files_that_lie_aside_are_watched(tmp_path: Path) -> None:
    text = (
        f"import time, pathlib; pathlib.Path({str(tmp_path / 'aside')!r}).write_bytes(b'x' * 5_000_000); time.sleep(1)"
    )
    found = measure(script(text), lying=lambda: sum(path.stat().st_size for path in tmp_path.iterdir()))
    assert found.spent.disk_mb == 5


@pytest.fixture
def measuring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Measuring:
    """A section of nothing yet."""
    monkeypatch.setenv("PAPIERWENDE_BENCH_CACHE", str(tmp_path))
    return Measuring.of("0.1", 3, is_fresh=False)


def test_a_row_is_the_median_of_its_runs(measuring: Measuring) -> None:
    runs = iter((3.0, 1.0, 2.0))

    def run() -> object:
        return type("Ran", (), {"spent": Spent(next(runs), 4.0, 5.0)})

    measuring.spent("a thing", OURS, run)  # type: ignore[arg-type]
    row = measuring.section.measured("a thing")
    assert row is not None and row.wall is not None
    assert (row.n, row.wall.median, row.wall.least, row.wall.most) == (3, 2.0, 1.0, 3.0)


def test_what_fails_or_is_wrong_has_a_reason_and_no_time(measuring: Measuring) -> None:
    def wrong() -> None:
        raise Failed("its result differs from the product's: edges 1 and not 2")

    measuring.spent("a thing", "a peer", lambda: measure(script("")), check=wrong)
    measuring.spent("a thing", "another", lambda: measure(script("raise SystemExit('cannot')")))
    assert [(row.n, row.wall, row.note) for row in measuring.section.rows] == [
        (0, None, "failed: its result differs from the product's: edges 1 and not 2"),
        (0, None, "failed: ended with 1: cannot"),
    ]


def test_a_run_that_broke_off_is_taken_up_where_program_and_machine_are_the_same(
    measuring: Measuring, monkeypatch: pytest.MonkeyPatch
) -> None:
    measuring.add(Row.of("a thing", OURS, [Spent(1, 2, 3)], 0.5))
    assert Measuring.of("0.1", 3, is_fresh=False).has("a thing")
    assert not Measuring.of("1", 3, is_fresh=False).has("a thing")
    monkeypatch.setattr("tests.bench.measuring.versions", lambda: machine.versions() | {"papierwende": "another"})
    assert not Measuring.of("0.1", 3, is_fresh=False).has("a thing")
    monkeypatch.undo()
    assert not Measuring.of("0.1", 3, is_fresh=True).has("a thing")


def test_a_finished_section_reads_as_it_was_written(measuring: Measuring, tmp_path: Path) -> None:
    measuring.add(Row.of("a thing", OURS, [Spent(1, 2, 3, 4)], 0.5, "seen"))
    measuring.cannot("a thing", "a peer", "it is not here")
    kept = read_sections(tmp_path / "unfinished" / "0.1.json")
    assert kept == {"0.1": measuring.section}
    measuring.finished()
    assert not (tmp_path / "unfinished" / "0.1.json").exists()


def test_the_machine_and_the_versions_are_told() -> None:
    told = machine.machine()
    assert told["cores"] == len(os.sched_getaffinity(0))
    assert all(told.values())
    assert {"papierwende", "python", "duckdb", "polars", "dbt-core", "pm4py"} <= set(machine.versions())
    assert time.strptime(Measuring.of("x", 1, is_fresh=True).section.measured_on, "%Y-%m-%d")
