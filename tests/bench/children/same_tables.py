"""The models of the three tables the hand-written script covers, and all they read, built from what has landed.

Arguments: ``dbt`` (as a run builds them, without the tests) or ``sql`` (their statements alone, in DuckDB), and the
town's folder. ``sql`` takes the statements of the ``dbt`` before it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import yaml

from pipelines.run.bounds import bounds_of
from pipelines.run.settings import project_root, town_at
from pipelines.walk.build import Workshop
from pipelines.walk.dbt_program import CHILD
from tests.bench.measured import READY

TABLES = ("rpt_process_map", "rpt_variants", "rpt_throughput_monthly")


def by_dbt(folder: Path) -> None:
    """What ``dbt run`` makes of them."""
    town, workshop = town_at(folder), Workshop(folder)
    bounds = bounds_of(town)
    workshop.fresh_build_file()
    with workshop.environment(town.setting.timezone, bounds):
        select = [f"+{table}" for table in TABLES]
        ran = [sys.executable, *CHILD, "--quiet", "run", "--project-dir", str(project_root()), "--select", *select]
        print(READY, flush=True)
        subprocess.run(ran, check=True, stdout=subprocess.DEVNULL)


def by_sql(folder: Path) -> None:
    """The same statements in the same order, without dbt."""
    told = json.loads((folder / "var" / "dbt" / "run_results.json").read_text(encoding="utf-8"))
    manifest = json.loads((folder / "var" / "dbt" / "manifest.json").read_text(encoding="utf-8"))
    lie = yaml.safe_load((project_root() / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]["files"]
    workshop = Workshop(folder)
    workshop.fresh_build_file()
    os.chdir(workshop.build_file.parent)
    settings = {**bounds_of(town_at(folder)).settings(workshop.build_file.parent), "threads": "2"}
    connection = duckdb.connect(workshop.build_file.name, config=settings)
    connection.execute("set timezone = 'UTC'")
    print(READY, flush=True)
    for source in manifest["sources"].values():
        files = folder.resolve() / lie[source["source_name"]].format(source["name"])
        connection.execute(f"create schema if not exists {source['schema']}")
        connection.execute(
            f"create view {source['schema']}.{source['identifier']} as "
            f"select * from read_parquet('{files}', union_by_name = true)"
        )
    for one in told["results"]:
        node = manifest["nodes"][one["unique_id"]]
        if node["resource_type"] != "model":
            # What dbt does before its models.
            continue
        form = "table" if node["config"]["materialized"] == "table" else "view"
        connection.execute(f"create schema if not exists {node['schema']}")
        connection.execute(f"create {form} {one['relation_name']} as {one['compiled_code']}")


if __name__ == "__main__":
    {"dbt": by_dbt, "sql": by_sql}[sys.argv[1]](Path(sys.argv[2]))
