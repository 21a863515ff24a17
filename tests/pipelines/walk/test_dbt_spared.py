"""Dbt spared what nobody asks for builds, checks and tells what dbt as it is does; a wrong model is told the same way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.walk.dbt_program import BUILD_FILE, CHILD, environment
from tests.house.blueprint import ROOT

PROJECT = """
name: small
version: "1.0.0"
config-version: 2
profile: small
model-paths: [models]
macro-paths: [macros]
models:
  small: {+materialized: view}
  marts: {+materialized: table}
"""
PROFILE = f"""
small:
  target: duckdb
  outputs: {{duckdb: {{type: duckdb, path: {BUILD_FILE}, threads: 2, settings: {{TimeZone: UTC}}}}}}
"""
SHARED = "{% macro one() %}1{% endmacro %}"
MODELS = {
    "things.sql": "select {{ one() }} as id, cast(1.50 as decimal(18, 2)) as cost_eur, [1, 2] as parts",
    "counted.py": "def model(dbt, session):\n"
    "    dbt.config(materialized='table')\n"
    "    return dbt.ref('things').pl().to_arrow()\n",
    "mart.sql": "{{ config(materialized='table') }}"
    "select cost_eur, id, parts from {{ ref('counted') }} union all select null, 2, null",
}
YML = """
models:
  - name: things
    columns: [{name: id, data_tests: [unique, not_null]}]
  - name: mart
    description: One row per thing, "it's" told.
    config: {contract: {enforced: true}, persist_docs: {relation: true, columns: true}}
    constraints: [{type: primary_key, columns: [id]}]
    columns:
      - {name: id, data_type: integer, description: Number; it's unique., constraints: [{type: not_null}]}
      - {name: cost_eur, data_type: "DECIMAL_TYPE", description: Euros., data_tests: [not_null]}
      - {name: parts, data_type: "integer[]"}
"""
ASIS = ("-c", "import os; os.chdir(os.environ['PAPIERWENDE_BUILD_FOLDER']); from dbt.cli.main import cli; cli()")
OURS = ("contracts", "materializations", "metrics")
TELLS = ("LogModelResult", "LogTestResult", "RunResultError", "RunResultFailure", "StatsLine")


@dataclass(frozen=True)
class Built:
    """What a run of dbt left and said."""

    exit_code: int
    results: list[tuple[object, ...]]
    said: list[tuple[str, str]]
    tables: list[tuple[Any, ...]]


def project(folder: Path, decimal: str = "decimal(18, 2)", macros: Sequence[str] = OURS) -> Path:
    """A project with a view, a model of Python and a mart under contract; one of its tests fails."""
    for name, text in {
        "dbt_project.yml": PROJECT,
        "profiles.yml": PROFILE,
        "macros/one.sql": SHARED,
        **{f"models/{name}": text for name, text in MODELS.items()},
        "models/all.yml": YML.replace("DECIMAL_TYPE", decimal),
        **{
            f"macros/{path.name}": path.read_text(encoding="utf-8")
            for path in (ROOT / "pipelines" / "dialect").glob("*.sql")
            if path.stem in macros
        },
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def built(project: Path, dbt: tuple[str, ...]) -> Built:
    """What a dbt makes of a project."""
    folder = project / "build"
    folder.mkdir()
    with environment(project, folder, folder / "target", "Europe/Berlin"):
        told = os.environ | {"DBT_LOG_FORMAT": "json", "DBT_PROFILES_DIR": str(project), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, *dbt, "build", "--project-dir", str(project)],
        env=told,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    results = json.loads((folder / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    with duckdb.connect(str(folder / BUILD_FILE), read_only=True) as connection:
        described = connection.execute(
            "select t.table_name, t.comment, c.column_name, c.data_type, c.is_nullable, c.comment "
            "from duckdb_tables() as t inner join duckdb_columns() as c using (table_name) order by all"
        ).fetchall()
        rows = [
            connection.execute(f'select * from "{table}" order by all').fetchall()
            for table in {r[0] for r in described}
        ]
    return Built(
        done.returncode,
        sorted((r["unique_id"], r["status"], r["failures"], sentence(r), r["compiled_code"]) for r in results),
        sorted(
            (line["info"]["name"], line["data"].get("node_info", {}).get("unique_id", ""))
            for line in lines
            if line["info"]["name"] in TELLS
        ),
        [*described, sorted(map(repr, rows))],
    )


def sentence(result: dict[str, Any]) -> str:
    """What dbt says of a node, without the macros it was called by, which are ours or its own."""
    return str(result["message"]).partition("> in macro")[0]


@pytest.mark.slow
@pytest.mark.parametrize("decimal", ["decimal(18, 2)", "integer"], ids=["a failed test", "a broken contract"])
def test_dbt_builds_and_tells_the_same_as_it_does_by_itself(tmp_path: Path, decimal: str) -> None:
    spared = built(project(tmp_path / "ours", decimal), CHILD)
    by_itself = built(project(tmp_path / "dbt", decimal, macros=()), ASIS)
    assert spared == by_itself
    assert spared.exit_code == 1
    statuses = {name.split(".")[2]: status for name, status, *_ in spared.results}
    if decimal == "integer":
        assert statuses["mart"] == "error"
        (message,) = [str(message) for name, _, _, message, _ in spared.results if name == "model.small.mart"]
        assert "cost_eur" in message and "contract" in message
    else:
        assert statuses["mart"] == "success" and statuses["not_null_mart_cost_eur"] == "fail"
        comments = {row[2]: row[5] for row in spared.tables if row[0] == "mart"}
        assert comments == {"id": "Number; it's unique.", "cost_eur": "Euros.", "parts": ""}


def test_a_build_writes_what_is_read_and_no_more(tmp_path: Path) -> None:
    made = project(tmp_path / "ours")
    built(made, CHILD)
    left = {path.name for path in (made / "build" / "target").iterdir() if path.is_file()}
    assert {"run_results.json", "dbt.log"} <= left
    assert not {"manifest.json", "graph.gpickle"} & left
