"""Publish: one immutable generation, whole or not at all, then one pointer swap."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from dashboards.site import Progress
from pipelines.run.generation import DATABASE, STATUS, hashes, is_whole, seal
from pipelines.run.input_hash import ledger_head
from pipelines.run.run import Run
from pipelines.run.sql import quoted_name, quoted_text
from pipelines.walk.copied_tables import SCHEMA, PublishedTable, built_tables, copy_table
from sources.contract.inputs import INPUTS
from sources.landing.delivery_list import DeliveryList
from sources.landing.landing import Landing

STORAGE_VERSION = "v1.4.0"
KEPT_GENERATIONS = 14
# Tables about no single case, by how their names begin, and others by name.
AGGREGATES: Final = ("dim_", "rpt_")
FURTHER_AGGREGATES: Final = frozenset(
    (
        "bridge_measure_services", "fct_baseline_cells", "fct_budget_lines", "fct_cost_items", "fct_past_cases",
        "fct_processing_minutes", "fct_savings_components", "fct_savings_ledger",
    )
)  # fmt: skip


def publish_database(
    build_file: Path,
    target: Path,
    progress: Progress,
    settings: dict[str, str] | None = None,
    *,
    aggregates_only: bool = False,
    keys: Mapping[str, Sequence[str]] | None = None,
) -> list[PublishedTable]:
    """Copy the marts into a new file that DuckDB 1.4 and newer can read.

    Instants become ``TIMESTAMPTZ``; comments, not-null and primary keys go along. Returns the tables with their hashes.

    Args:
        build_file: the file that holds them.
        target: a file that is made.
        progress: called with the table in work, how many are done, how many there are.
        settings: of DuckDB, such as what it may take.
        aggregates_only: leave out tables of cases, documents and posts, and rows that rest on few cases.
        keys: the columns of each table's primary key; without, those the file itself holds.

    Raises:
        Stop: with exit 70 when two rows of a table share a key.
    """
    connection = duckdb.connect(config=settings or {})  # type: ignore[arg-type]
    try:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach {quoted_text(str(build_file))} as build (read_only)")
        connection.execute(
            f"attach {quoted_text(str(target))} as published (storage_version {quoted_text(STORAGE_VERSION)})"
        )
        connection.execute(f"create schema published.{SCHEMA}")
        built = [table for table in built_tables(connection, keys) if not aggregates_only or is_aggregate(table.name)]
        tables = []
        for number, table in enumerate(built, start=1):
            progress(table.name, number, len(built))
            tables.append(copy_table(connection, table, without_few=aggregates_only))
        connection.execute("checkpoint published")
        connection.execute("detach published")
    finally:
        connection.close()
    _sync(target)
    return tables


def new_baselines(build_file: Path) -> pl.DataFrame:
    """The baselines the build found whole for the first time or changed, as the ledger takes them."""
    schema = INPUTS["frozen_baselines"]
    columns = ", ".join(map(quoted_name, schema))
    question = f"select {columns} from intermediate.int_baselines_cut where is_new order by all"  # noqa: S608
    with duckdb.connect(str(build_file), read_only=True) as connection:
        return pl.DataFrame(connection.execute(question).fetchall(), schema, orient="row")


def is_aggregate(table: str) -> bool:
    """Whether no row of a table is about one case, document, post or delivery."""
    return table.startswith(AGGREGATES) or table in FURTHER_AGGREGATES


def open_generation(town_folder: Path, generation_id: str) -> Path:
    """An empty folder in which a generation is made, beside where it will stand."""
    half = town_folder / "generations" / f".{generation_id}.half"
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    return half


def write_status(folder: Path, run: Run, generation_id: str, tables: list[PublishedTable], warnings: list[str]) -> None:
    """Write ``status.json``, what monitoring reads."""
    stands: dict[str, str] = {}
    for manifest in run.landing.manifests():
        stands[manifest.source] = max(stands.get(manifest.source, ""), manifest.stand)
    status = {
        "generation_id": generation_id,
        "as_of": run.day.isoformat(),
        "built_at": run.started_at.isoformat(),
        "stands": stands,
        "tables": {table.name: {"rows": table.rows, "sha256": table.content_hash} for table in tables},
        "warnings": warnings,
        "database_bytes": (folder / DATABASE).stat().st_size,
        "files": hashes(folder),
        "landing_head": DeliveryList(run.landing.root).head(),
        "ledger_head": ledger_head(run.town),
    }
    text = json.dumps(seal(status), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    # A file name that is not UTF-8 may stand in a warning.
    (folder / STATUS).write_text(text, encoding="utf-8", errors="backslashreplace")


def swap(town_folder: Path, half: Path, generation_id: str) -> Path:
    """Give a finished generation its name and point ``current`` to it; readers see the old one or the new one."""
    final = town_folder / "generations" / generation_id
    if is_whole(final):
        shutil.rmtree(half)
    else:
        shutil.rmtree(final, ignore_errors=True)
        synced(half)
        half.rename(final)
    point_to(town_folder, generation_id)
    return final


def synced(half: Path) -> None:
    """Make the files of a finished folder read-only, and have the disk hold them."""
    for path in half.rglob("*"):
        if path.is_file():
            path.chmod(0o444)
            _sync(path)


def point_to(town_folder: Path, generation_id: str) -> None:
    """Point ``current`` to a generation in one step; also how a roll-back is done."""
    pointer, current = town_folder / "current.new", town_folder / "current"
    pointer.unlink(missing_ok=True)
    pointer.symlink_to(Path("generations") / generation_id)
    if current.is_dir() and not current.is_symlink():
        # A copy that followed the pointer left a folder in its place; what is swept is a copy.
        current.rename(town_folder / "generations" / ".current.half")
    pointer.replace(current)


def sweep(town_folder: Path) -> int:
    """Delete half-made generations and all but the newest; returns how many finished ones went."""
    folder = town_folder / "generations"
    for half in folder.glob(".*.half"):
        shutil.rmtree(half, ignore_errors=True)
    current = (town_folder / "current").resolve().name
    finished = sorted((path for path in folder.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    old = [path for path in finished[:-KEPT_GENERATIONS] if path.name != current]
    for path in old:
        shutil.rmtree(path)
    return len(old)


def health_warnings(database: Path) -> list[str]:
    """One sentence per health check of the published file that asks for attention."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            f"select source, observed, finding from {SCHEMA}.rpt_log_health "  # noqa: S608
            "where not passed and severity = 'warning' order by source, check_name"
        ).fetchall()
    return [f"Source '{source}': {observed:,.0f} {finding}." for source, observed, finding in rows]


def standing_warnings(database: Path, landing: Landing) -> list[str]:
    """What there is to know of how deliveries were read that stand in the published file."""
    with duckdb.connect(str(database), read_only=True) as connection:
        standing = _column(connection, f"select delivery_id from {SCHEMA}.fct_deliveries where rows_admitted > 0")  # noqa: S608
    stand = set(standing)
    return [warning for one in landing.manifests() if one.delivery_id in stand for warning in one.warnings]


def _column(connection: duckdb.DuckDBPyConnection, query: str, *values: str) -> list[str]:
    return [row[0] for row in connection.execute(query, list(values)).fetchall()]


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
