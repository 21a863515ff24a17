"""Publish: one immutable generation, whole or not at all, then one pointer swap."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from dashboards.site import Progress
from pipelines.run.generation import DATABASE, STATUS, hashes, is_whole, seal
from pipelines.run.input_hash import ledger_head
from pipelines.run.outcome import Exit, Stop
from pipelines.run.run import Run
from pipelines.run.sql import Sql, quoted_name, quoted_text
from sources.contract.inputs import INPUTS
from sources.landing.delivery_list import DeliveryList
from sources.landing.landing import Landing

SCHEMA = "monitor"
STORAGE_VERSION = "v1.4.0"
KEPT_GENERATIONS = 14
# The index of a key takes four times the room of a table of days: a larger table tells its key in its comment.
MOST_ROWS_WITH_AN_INDEX: Final = 1_000_000
# What differs between two builds of the same inputs, and therefore stays out of a table's hash.
MOMENTS = {"built_at", "admitted_at"}
# Tables about no single case, by how their names begin, and others by name.
AGGREGATES: Final = ("dim_", "rpt_")
FURTHER_AGGREGATES: Final = frozenset(
    (
        "bridge_measure_services", "fct_baseline_cells", "fct_budget_lines", "fct_cost_items", "fct_past_cases",
        "fct_processing_minutes", "fct_savings_components", "fct_savings_ledger",
    )
)  # fmt: skip
FEW: Final = "is_small_cell"


@dataclass(frozen=True)
class PublishedTable:
    """A published table."""

    name: str
    rows: int
    content_hash: str


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
        names = _column(
            connection,
            "select table_name from duckdb_tables() where database_name = 'build' and schema_name = ?",
            SCHEMA,
        )
        names = sorted(name for name in names if not aggregates_only or is_aggregate(name))
        keys = _primary_keys(connection) if keys is None else keys
        tables = []
        for number, name in enumerate(names, start=1):
            progress(name, number, len(names))
            tables.append(_copy_table(connection, name, keys.get(name, ()), without_few=aggregates_only))
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


def _copy_table(
    connection: duckdb.DuckDBPyConnection, name: str, key: Sequence[str], *, without_few: bool = False
) -> PublishedTable:
    columns = connection.execute(
        "select column_name, data_type, is_nullable, comment from duckdb_columns() "
        "where database_name = 'build' and schema_name = ? and table_name = ? order by column_index",
        [SCHEMA, name],
    ).fetchall()
    chosen = ", ".join(
        f"timezone('UTC', {quoted_name(column)}) as {quoted_name(column)}"
        if dtype == "TIMESTAMP"
        else quoted_name(column)
        for column, dtype, _, _ in columns
    )
    order = ", ".join(quoted_name(column) for column in key) or "all"
    table = f"published.{SCHEMA}.{quoted_name(name)}"
    built = f"build.{SCHEMA}.{quoted_name(name)}"
    few = without_few and any(column == FEW for column, *_ in columns)
    rows = f"{built} where not {quoted_name(FEW)}" if few else built
    copied = f"create table {table} as select {chosen} from {rows} order by {order}"  # noqa: S608
    ((count,),) = connection.execute(copied).fetchall()
    is_keyed = bool(key) and count <= MOST_ROWS_WITH_AN_INDEX
    for column, _, nullable, comment in columns:
        if not nullable and not (is_keyed and column in key):
            connection.execute(f"alter table {table} alter column {quoted_name(column)} set not null")
        if comment:
            connection.execute(f"comment on column {table}.{quoted_name(column)} is {quoted_text(comment)}")
    if is_keyed:
        _add_key(connection, Sql(table), key)
    elif key:
        _hold_key(connection, Sql(table), key)
    if comment := _column(
        connection, "select comment from duckdb_tables() where database_name = 'build' and table_name = ?", name
    )[0]:
        told = f" Key: {', '.join(key)}." if key and not is_keyed else ""
        connection.execute(f"comment on table {table} is {quoted_text(comment + told)}")
    stable = [column for column, _, _, _ in columns if column not in MOMENTS]
    return _hashed(connection, Sql(table), name, stable)


def _add_key(connection: duckdb.DuckDBPyConnection, table: Sql, key: Sequence[str]) -> None:
    """Only what is published bears the index: building it in the build too would cost a tenth of the build."""
    columns = ", ".join(quoted_name(column) for column in key)
    try:
        connection.execute(f"alter table {table} add primary key ({columns})")
    except duckdb.ConstraintException as fault:
        raise _shared_key(table, columns) from fault


def _hold_key(connection: duckdb.DuckDBPyConnection, table: Sql, key: Sequence[str]) -> None:
    """The same without an index, which would have to fit into memory: rows of a key follow each other."""
    columns = ", ".join(quoted_name(column) for column in key)
    repeated = f"select row({columns}) = lag(row({columns})) over () as is_repeated from {table}"  # noqa: S608
    if connection.execute(f"select count(*) from ({repeated}) where is_repeated").fetchall()[0][0]:  # noqa: S608
        raise _shared_key(table, columns)


def _shared_key(table: Sql, columns: str) -> Stop:
    return Stop(Exit.INTERNAL, f"{table} holds two rows with the same {columns} and is not published.")


def _hashed(connection: duckdb.DuckDBPyConnection, table: Sql, name: str, columns: list[str]) -> PublishedTable:
    """Its hash is that of sums over its rows, so that no order of rows is needed to have the same one again."""
    row = ", ".join(quoted_name(column) for column in columns)
    rows, *sums = connection.execute(
        "select count(*), sum(cast(row_hash as hugeint)), sum(cast(hash(row_hash) as hugeint)) "  # noqa: S608
        f"from (select hash({row}) as row_hash from {table})"
    ).fetchall()[0]
    return PublishedTable(name, rows, hashlib.sha256(f"{rows} {sums}".encode()).hexdigest())


def _primary_keys(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    found = connection.execute(
        "select table_name, constraint_column_names from duckdb_constraints() "
        "where database_name = 'build' and schema_name = ? and constraint_type = 'PRIMARY KEY'",
        [SCHEMA],
    ).fetchall()
    return dict(found)


def _column(connection: duckdb.DuckDBPyConnection, query: str, *values: str) -> list[str]:
    return [row[0] for row in connection.execute(query, list(values)).fetchall()]


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
