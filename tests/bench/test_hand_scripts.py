"""By hand and by the product the same comes out, on the invented town; a difference is found and named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.bench.chapters.figures import BENCH, PROGRAMS, agrees
from tests.bench.chapters.walk import STEPS, steps_of
from tests.bench.children import compare, run_sql
from tests.bench.measured import Failed, Measured, measure, python
from tests.walked import Walked


@pytest.fixture(params=["from_landing", "from_steps"])
def tables(request: pytest.FixtureRequest, tmp_path: Path, demo: Walked, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a script that ran in the invented town."""
    made = tmp_path / "made.duckdb"
    # The script works in the town's folder; this process comes back from there.
    monkeypatch.chdir(tmp_path)
    run_sql.main(BENCH / "hand" / f"{request.param}.sql", made, demo.folder)
    return made


def test_the_three_tables_say_what_the_published_ones_say(tables: Path, demo: Walked) -> None:
    assert compare.differences(str(tables), str(demo.database)) == []


def test_a_table_that_says_otherwise_is_named(tables: Path, demo: Walked) -> None:
    with duckdb.connect(str(tables)) as connection:
        connection.execute("update process_map set median_seconds = median_seconds + 1 where scope = 'all'")
        connection.execute("delete from variants where scope <> 'all'")
        connection.execute("update throughput_monthly set closed_cases = closed_cases + 1 where service_code = 'all'")
    found = compare.differences(str(tables), str(demo.database))
    assert [sentence.partition(":")[0] for sentence in found] == ["process_map", "variants", "throughput_monthly"]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory, demo: Walked) -> tuple[Path, dict[str, Any]]:
    """The invented town's log, and what the published reports say of it."""
    path = tmp_path_factory.mktemp("log") / "log.parquet"
    exported = measure(python("tests.bench.children.export_log", demo.database, path))
    return path, json.loads(exported.said)


@pytest.mark.parametrize("script", [script for _, script, _, tool in PROGRAMS if not tool])
def test_programs_agree_on_a_log(script: str, log: tuple[Path, dict[str, Any]], demo: Walked) -> None:
    path, expected = log
    read = demo.database if script == "papierwende_steps" else path
    agrees(measure(python(f"tests.bench.figures.{script}", read)), expected)


def test_a_program_that_counts_otherwise_is_not_believed(log: tuple[Path, dict[str, Any]]) -> None:
    path, expected = log
    ran = measure(python("tests.bench.figures.duckdb_by_hand", path))
    with pytest.raises(Failed, match=r"changes \d+ and not 1"):
        agrees(ran, expected | {"changes": 1})
    with pytest.raises(Failed, match="seconds"):
        agrees(ran, expected | {"seconds": expected["seconds"] * 2})


def test_each_step_is_found_in_what_a_run_prints(demo: Walked, tmp_path: Path) -> None:
    printed = tmp_path / "printed"
    printed.write_text(demo.said, encoding="utf-8")
    ran: Measured = measure([shutil.which("cat") or "cat", str(printed)])
    assert set(STEPS) <= set(steps_of(ran))
