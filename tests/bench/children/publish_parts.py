"""Parts of the walk's end, each alone on what a run left: ``estimate``, ``publish`` or ``site``.

Arguments: the part, the town's folder, the build file, and a folder to write into.
"""

import json
import sys
from pathlib import Path
from typing import Any

import duckdb

from dashboards.site import build_site
from pipelines.run.bounds import bounds_of
from pipelines.run.settings import town_at
from pipelines.walk.publish import publish_database
from tests.bench.measured import READY


def estimate(town: Path, build_file: Path, folder: Path) -> None:
    """The models of Python, as dbt runs them, from the tables they read."""
    told = json.loads((town / "var" / "dbt" / "run_results.json").read_text(encoding="utf-8"))
    codes = [one["compiled_code"] for one in told["results"] if "dbtObj" in (one.get("compiled_code") or "")]
    assert codes, "the last build ran no model of Python"
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'; set threads = 2")
    connection.execute(f"attach '{build_file}' as build (read_only)")
    print(READY, flush=True)
    for number, text in enumerate(codes):
        code: dict[str, Any] = {}
        exec(text, code)
        made = code["model"](code["dbtObj"](lambda name: connection.sql(f"select * from {name}")), connection)
        connection.register("made", made)
        connection.execute(f"create table estimated_{number} as select * from made")
        connection.unregister("made")


def publish(town: Path, build_file: Path, folder: Path) -> None:
    """The analysts' file from the build file."""
    settings = bounds_of(town_at(town)).settings(folder)
    print(READY, flush=True)
    publish_database(build_file, folder / "papierwende.duckdb", lambda *_: None, settings)


def site(town: Path, build_file: Path, folder: Path) -> None:
    """The pages from the published file."""
    print(READY, flush=True)
    build_site(town / "current" / "papierwende.duckdb", folder / "site")


if __name__ == "__main__":
    {"estimate": estimate, "publish": publish, "site": site}[sys.argv[1]](*map(Path, sys.argv[2:5]))
