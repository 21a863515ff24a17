"""What a process does not load: a command answers at once, and each step of the walk loads what it alone needs.

Told by the modules a process holds when it ends, never by a clock: a library that loads by itself costs every run.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.blueprint import ROOT, files, named, parsed

WALKS = {"dagster", "dagster_dbt", "dbt", "great_expectations", "sqlalchemy"}
DRAWS = {"altair", "vl_convert", "jinja2", "babel"}
COUNTS = {"scipy", "statsmodels", "diff_diff", "pandas"}
TOLD = """
import atexit, json, sys
atexit.register(lambda: sys.__stderr__.write("\\n" + json.dumps(sorted(sys.modules))))
"""
COMMAND = f"{TOLD}from pipelines.commands.start import main\nmain()"
PLAN = f"{TOLD}import pipelines.definitions"
JUDGE = f"""{TOLD}
import polars as pl
from pipelines.walk import guard
row = {{expectation.column: 0.0 for expectation in guard.EXPECTATIONS}}
found = guard._validated(pl.DataFrame([row | dict.fromkeys(guard.NAMED_BY, "one")]))
assert len(found) == len(guard.EXPECTATIONS) and all(result.success for result in found.values())
"""


def loaded(code: str, *arguments: str) -> set[str]:
    """The modules of a process at its end."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 2), done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


def of(libraries: set[str], modules: set[str]) -> set[str]:
    return libraries & {module.partition(".")[0] for module in modules}


@pytest.mark.parametrize("arguments", [["--help"], ["status"], ["check"], ["verify"], ["run"]])
def test_a_command_that_builds_nothing_loads_nothing_that_builds(tmp_path: Path, arguments: list[str]) -> None:
    modules = loaded(COMMAND, *arguments, *([str(tmp_path)] if arguments != ["--help"] else []))
    assert "pipelines.commands.main" in modules
    assert of(WALKS | DRAWS | COUNTS, modules) == set()


def test_the_plan_loads_neither_dbt_nor_what_judges_and_counts() -> None:
    modules = loaded(PLAN)
    assert {"dagster", "dagster_dbt"} <= modules
    assert of({"dbt", "great_expectations", *COUNTS}, modules) == set()


def test_the_guard_loads_no_tests_of_distributions_and_no_cluster() -> None:
    modules = loaded(JUDGE)
    assert "great_expectations" in modules
    assert {"scipy.stats._stats_py", "pyspark"} & modules == set()


def test_dagster_dbt_is_loaded_in_one_place() -> None:
    found = [named(path) for path in files("pipelines", suffix=".py") if "dagster_dbt" in imported(path)]
    assert found == ["pipelines/walk/dagster_dbt_alone.py"]


def imported(path: Path) -> set[str]:
    """The packages a module names in its imports."""
    names = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return {name.partition(".")[0] for name in names}
