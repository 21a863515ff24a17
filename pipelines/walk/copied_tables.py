"""A table of the build file as it is published: declared, filled, told of and keyed in one transaction, then hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb

from pipelines.run.outcome import Exit, Stop
from pipelines.run.sql import Sql, quoted_name, quoted_text

SCHEMA: Final = "monitor"
# What differs between two builds of the same inputs, and therefore stays out of a table's hash.
MOMENTS: Final = frozenset(("built_at", "admitted_at"))
FEW: Final = "is_small_cell"
# The index of a key takes four times the room of a table of days: a larger table tells its key in its comment.
MOST_ROWS_WITH_AN_INDEX: Final = 1_000_000
_ANY: Final = Sql("true")
_TOLD: Final = Sql("column_index, column_name, data_type, is_nullable, comment")
_KEY: Final = Sql("constraint_type = 'PRIMARY KEY'")


@dataclass(frozen=True)
class PublishedTable:
    """A published table."""

    name: str
    rows: int
    content_hash: str


@dataclass(frozen=True)
class _Column:
    """A column of the build file."""

    name: str
    dtype: str
    is_nullable: bool
    comment: str | None

    def declared(self, key: Sequence[str]) -> str:
        """As the published table declares it; what is a part of the key holds no null anyway."""
        dtype = "TIMESTAMPTZ" if self.dtype == "TIMESTAMP" else self.dtype
        return f"{quoted_name(self.name)} {dtype}{'' if self.is_nullable or self.name in key else ' not null'}"

    @property
    def chosen(self) -> str:
        """As it is read."""
        name = quoted_name(self.name)
        return f"timezone('UTC', {name})" if self.dtype == "TIMESTAMP" else name


@dataclass(frozen=True)
class BuiltTable:
    """A table of the build file."""

    name: str
    columns: list[_Column]
    key: Sequence[str]
    comment: str | None


def built_tables(connection: duckdb.DuckDBPyConnection, keys: Mapping[str, Sequence[str]] | None) -> list[BuiltTable]:
    """The tables of the attached file ``build``, asked at once: each question reads the whole catalogue.

    Args:
        connection: to it.
        keys: the columns of each table's primary key; without, those the file itself holds.
    """
    columns: dict[str, list[_Column]] = {}
    for table, _, *column in _asked(connection, _TOLD, Sql("duckdb_columns")):
        columns.setdefault(table, []).append(_Column(*column))
    if keys is None:
        keys = dict(_asked(connection, Sql("constraint_column_names"), Sql("duckdb_constraints"), _KEY))
    return [
        BuiltTable(name, columns[name], keys.get(name, ()), comment)
        for name, comment in _asked(connection, Sql("comment"), Sql("duckdb_tables"))
    ]


def _asked(connection: duckdb.DuckDBPyConnection, what: Sql, function: Sql, among: Sql = _ANY) -> list[tuple[Any, ...]]:
    return connection.execute(
        f"select table_name, {what} from {function}() "  # noqa: S608
        f"where database_name = 'build' and schema_name = ? and {among} order by all",
        [SCHEMA],
    ).fetchall()


def copy_table(
    connection: duckdb.DuckDBPyConnection, built: BuiltTable, *, without_few: bool = False
) -> PublishedTable:
    """Copy a table of the attached file ``build`` into the attached file ``published``.

    Args:
        connection: to both.
        built: the table.
        without_few: leave out rows that rest on few cases.

    Raises:
        Stop: with exit 70 when two rows share its key.
    """
    key = Sql(", ".join(quoted_name(column) for column in built.key))
    table, source = (Sql(f"{file}.{SCHEMA}.{quoted_name(built.name)}") for file in ("published", "build"))
    few = without_few and any(column.name == FEW for column in built.columns)
    rows = Sql(f"{source} where not {quoted_name(FEW)}" if few else source)
    is_keyed = bool(key) and _count(connection, rows) <= MOST_ROWS_WITH_AN_INDEX
    indexed = built.key if is_keyed else ()
    made = [
        f"create table {table} ({', '.join(column.declared(indexed) for column in built.columns)})",
        f"insert into {table} select {', '.join(column.chosen for column in built.columns)} from {rows} "  # noqa: S608
        f"order by {key or 'all'}",
        *(
            f"comment on column {table}.{quoted_name(column.name)} is {quoted_text(column.comment)}"
            for column in built.columns
            if column.comment
        ),
    ]
    if built.comment:
        told = f" Key: {', '.join(built.key)}." if key and not is_keyed else ""
        made.append(f"comment on table {table} is {quoted_text(built.comment + told)}")
    # One transaction: the disk is waited for once, and not once for each comment.
    connection.execute(";\n".join(("begin", *made, "commit")))
    if key:
        (_add_key if is_keyed else _hold_key)(connection, table, key)
    stable = [column.name for column in built.columns if column.name not in MOMENTS]
    return _hashed(connection, table, built.name, stable)


def _add_key(connection: duckdb.DuckDBPyConnection, table: Sql, key: Sql) -> None:
    """Only what is published bears the index: building it in the build too would cost a tenth of the build."""
    try:
        connection.execute(f"alter table {table} add primary key ({key})")
    except duckdb.ConstraintException as fault:
        raise _shared_key(table, key) from fault


def _hold_key(connection: duckdb.DuckDBPyConnection, table: Sql, key: Sql) -> None:
    """The same without an index, which would have to fit into memory: rows of a key follow each other."""
    repeated = f"select row({key}) = lag(row({key})) over () as is_repeated from {table}"  # noqa: S608
    if connection.execute(f"select count(*) from ({repeated}) where is_repeated").fetchall()[0][0]:  # noqa: S608
        raise _shared_key(table, key)


def _shared_key(table: Sql, columns: Sql) -> Stop:
    return Stop(Exit.INTERNAL, f"{table} holds two rows with the same {columns} and is not published.")


def _count(connection: duckdb.DuckDBPyConnection, rows: Sql) -> int:
    return connection.execute(f"select count(*) from {rows}").fetchall()[0][0]  # noqa: S608


def _hashed(connection: duckdb.DuckDBPyConnection, table: Sql, name: str, columns: list[str]) -> PublishedTable:
    """Its hash is that of sums over its rows, so that no order of rows is needed to have the same one again."""
    row = ", ".join(quoted_name(column) for column in columns)
    rows, *sums = connection.execute(
        "select count(*), sum(cast(row_hash as hugeint)), sum(cast(hash(row_hash) as hugeint)) "  # noqa: S608
        f"from (select hash({row}) as row_hash from {table})"
    ).fetchall()[0]
    return PublishedTable(name, rows, hashlib.sha256(f"{rows} {sums}".encode()).hexdigest())
