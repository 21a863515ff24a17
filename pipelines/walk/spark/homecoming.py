"""What Spark built comes back into the build's file, where all that follows finds it as if DuckDB had built it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import duckdb

from pipelines.run.outcome import Exit, Stop
from pipelines.run.sql import Sql, quoted_name, quoted_text

PUBLISHED: Final = "monitor"


def bring_back(built: Path, build_file: Path, manifest: Mapping[str, Any], settings: Mapping[str, str]) -> None:
    """Make the build's file of what Spark wrote.

    Published tables are copied, with the types and comments of their contract; of all others the file has a view
    on what lies in the exchange.

    Args:
        built: a folder of Parquet files per model.
        build_file: the file to make.
        manifest: dbt's, of the models.
        settings: of DuckDB, such as what it may take.

    Raises:
        Stop: with exit 70 when what came back breaks a type of its contract or lacks a value.
    """
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    with duckdb.connect(str(build_file), config=dict(settings)) as connection:
        connection.execute("set timezone = 'UTC'")
        for schema in sorted({node["schema"] for node in models}):
            connection.execute(f"create schema if not exists {quoted_name(schema)}")
        for node in models:
            relation = f"{quoted_name(node['schema'])}.{quoted_name(node['name'])}"
            rows = f"read_parquet({quoted_text(str(built / node['name'] / '*.parquet'))})"
            if node["schema"] == PUBLISHED:
                try:
                    _copy(connection, Sql(relation), Sql(rows), node)
                except (duckdb.ConstraintException, duckdb.ConversionException) as broke:
                    # Its message shows a row.
                    kind = type(broke).__name__
                    raise Stop(
                        Exit.INTERNAL, f"Model {node['name']} came back from Spark and breaks its contract ({kind})."
                    ) from None
            else:
                connection.execute(f"create view {relation} as select * from {rows}")  # noqa: S608


def _copy(connection: duckdb.DuckDBPyConnection, relation: Sql, rows: Sql, node: Mapping[str, Any]) -> None:
    columns = node["columns"].values()
    _make(connection, relation, _described(node))
    names = ", ".join(quoted_name(column["name"]) for column in columns)
    connection.execute(f"insert into {relation} select {names} from {rows}")  # noqa: S608
    connection.execute(f"comment on table {relation} is {quoted_text(node['description'])}")
    for column in columns:
        name = quoted_name(column["name"])
        connection.execute(f"comment on column {relation}.{name} is {quoted_text(column['description'])}")


def _make(connection: duckdb.DuckDBPyConnection, relation: Sql, described: Sql) -> None:
    connection.execute(f"create table {relation} ({described})")


def _described(node: Mapping[str, Any]) -> Sql:
    """Columns of a contract; its types are ours."""
    columns = [
        f"{quoted_name(column['name'])} {column['data_type']}"
        + (" not null" if any(constraint["type"] == "not_null" for constraint in column["constraints"]) else "")
        for column in node["columns"].values()
    ]
    return Sql(", ".join(columns))
