"""PostgreSQL: a table, a view or a select, asked read-only and streamed as Arrow batches, never the table in memory.

Only mapped columns are selected, by quoted names. With connection.watermark a question begins at the newest landed
mark less connection.overlap_hours; a whole number has no hours, so rows that are committed late are not found by one.
Rows without a watermark come each time. The watermark is a setting of the session, not a parameter of the question:
the driver streams (COPY) only what has none.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

import polars as pl
import pyarrow as pa
from adbc_driver_postgresql import StatementOptions, dbapi

from sources.asking.watermarks import MARK_WORDS, MarkKind, Progress, begin
from sources.batches.protocol import Access, Batch, Refused, Seen, System, connection_of
from sources.connectors.databases.postgres_session import Server, server_of, setting
from sources.connectors.databases.relation import answered, asked_columns, refuse_absent, relation
from sources.town.source import Source

BATCH_BYTES: Final = 8 * 2**20
SINCE: Final = "papierwende.since"
OVERLAP_OF_NUMBERS: Final = (
    "a number has no hours, so overlap_hours does nothing and rows that are committed late are missed; "
    "better name a time of change"
)
MARK_TYPES: Final[dict[MarkKind, str]] = {
    "instant": "timestamptz",
    "local": "timestamp",
    "day": "date",
    "number": "bigint",
}
MARK_KINDS: Final[dict[str, MarkKind]] = {
    "timestamptz": "instant", "timestamp": "local", "date": "day", "int2": "number", "int4": "number", "int8": "number",
}  # fmt: skip
# Read as they are; every other type becomes its own text, exactly as the server writes it.
TYPED: Final = (
    "bool", "int2", "int4", "int8", "float4", "float8", "text", "varchar", "bpchar", "date", "timestamp", "timestamptz",
)  # fmt: skip
FIRST, LAST = dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31)
WRITABLE: Final = """
    select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'f') and n.nspname not in ('pg_catalog', 'information_schema')
        and has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'insert, update, delete, truncate')
"""
PRESENT: Final = """
    select current_setting('server_version'), current_user,
        coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false)
"""


def open_postgres(source: Source, access: Access) -> System:
    """A PostgreSQL table, view or select; nothing is asked yet.

    Raises:
        Refused: connection.query is neither a name nor one select.
    """
    return Postgres(source, server_of(source, access), relation(source, _name, str.lower), access.now)


@dataclass(frozen=True)
class PostgresColumn:
    """One column of the answer as the server describes it.

    Attributes:
        type: the server's name of its type.
        is_single: whether a cell holds one value, not a list, a record or bytes.
    """

    name: str
    type: str
    is_single: bool


@dataclass(frozen=True)
class Postgres:
    """What one source asks its server."""

    source: Source
    server: Server
    relation: str
    now: dt.datetime

    def test(self) -> Seen:
        """Version, rights, columns and the planner's own guess of rows; no row is read."""
        with self.server.session(self.server.timeout_seconds) as cursor:
            columns = self._columns(cursor)
            names = tuple(column.name for column in columns)
            cursor.execute(PRESENT)
            version, user, is_encrypted = cast("tuple[str, str, bool]", cursor.fetchone())
            sentences = [
                f"PostgreSQL {version} at {self.server.place}, asked as '{user}', "
                f"{'encrypted' if is_encrypted else 'not encrypted'}.",
                _rights(cursor),
                "Columns: " + ", ".join(f"{column.name} ({column.type})" for column in columns) + ".",
            ]
            try:
                refuse_absent(self.source, names)
                described = {column.name: column for column in columns}
                sentences.append(self._increments(described))
                rows = _estimate(cursor, self._question(described, None))
                sentences.append(f"About {rows} rows, as the server itself estimates.")
            except Refused as refused:
                sentences.append(refused.sentence)
        return Seen(tuple(sentences), names)

    def pull(self, watermark: str | None) -> Iterator[Batch]:
        """Everything since a watermark, less the overlap, in the watermark's order; None asks for all."""
        with self.server.session(max(self.server.patience_seconds, 60), self.server.patience_seconds) as cursor:
            yield from self._batches(cursor, watermark)

    def _batches(self, cursor: dbapi.Cursor, watermark: str | None) -> Iterator[Batch]:
        found = self._columns(cursor)
        refuse_absent(self.source, [column.name for column in found])
        columns = {column.name: column for column in found}
        kind = self._kind(columns)
        since, warnings = self._since(kind, watermark)
        if since is not None:
            setting(cursor, SINCE, since)
        progress = Progress(self._mark, watermark if since else None, self.now) if self._mark else None
        rows = self._streamed(cursor, self._question(columns, kind if since else None))
        yield from answered(self.source, rows, columns, progress, is_whole=since is None, warnings=warnings)

    @property
    def _mark(self) -> str | None:
        return connection_of(self.source).watermark

    def _columns(self, cursor: dbapi.Cursor) -> list[PostgresColumn]:
        """The columns as the server describes them; nothing runs."""
        schema = cursor.adbc_execute_schema(" ".join(["select * from", self.relation]))
        types = [part.metadata[b"POSTGRESQL:type"].decode() for part in schema]
        return [
            PostgresColumn(part.name, found, is_single=found != "bytea" and not pa.types.is_nested(part.type))
            for part, found in zip(schema, types, strict=True)
        ]

    def _kind(self, columns: Mapping[str, PostgresColumn]) -> MarkKind | None:
        if self._mark is None:
            return None
        found = columns[self._mark].type
        if found not in MARK_KINDS:
            raise Refused(
                "watermark_type",
                f"{self.source.name}: column '{self._mark}' of connection.watermark is of type {found}; "
                "name a timestamp, a date or a whole number that only grows.",
            )
        return MARK_KINDS[found]

    def _since(self, kind: MarkKind | None, watermark: str | None) -> tuple[str | None, tuple[str, ...]]:
        """Where the question begins, as text the server reads; None for everything. And what is to be said of it."""
        connection = connection_of(self.source)
        if watermark is None or kind is None:
            return None, ()
        begun = begin(watermark, connection.overlap_hours)
        if begun is None or begun[0] != kind:
            return None, (
                f"{self.source.name}: '{self._mark}' is {MARK_WORDS[kind]} and was something else before; "
                "everything was asked for once.",
            )
        is_useless = "overlap_hours" in connection.model_fields_set and kind == "number" and connection.overlap_hours
        return str(begun[1]), (f"{self.source.name}: {OVERLAP_OF_NUMBERS}.",) if is_useless else ()

    def _question(self, columns: Mapping[str, PostgresColumn], since: MarkKind | None) -> str:
        parts = ["select", ", ".join(self._cell(columns[name]) for name in asked_columns(self.source))]
        parts += ["from", self.relation]
        if self._mark:
            name = _name(self._mark)
            if since:
                parts += [
                    "where",
                    name,
                    f">= cast(current_setting('{SINCE}') as {MARK_TYPES[since]}) or",
                    name,
                    "is null",
                ]
            parts += ["order by", name]
        return " ".join(parts)

    def _cell(self, column: PostgresColumn) -> str:
        name = _name(column.name)
        if not column.is_single:
            raise Refused(
                "column_type",
                f"{self.source.name}: column '{column.name}' is of type {column.type}, which holds no single value; "
                "have the view give text, numbers or times.",
            )
        if column.type in TYPED:
            return name
        # Money is written in the server's own notation.
        value = f"cast({name} as numeric)" if column.type == "money" else name
        return f"cast({value} as text) as {name}"

    def _streamed(self, cursor: dbapi.Cursor, question: str) -> Iterator[pl.DataFrame]:
        cursor.adbc_statement.set_options(**{StatementOptions.BATCH_SIZE_HINT_BYTES.value: str(BATCH_BYTES)})
        cursor.execute(question)
        for rows in cursor.fetch_record_batch():
            yield _inside_the_calendar(pl.DataFrame(pl.from_arrow(rows)))

    def _increments(self, columns: Mapping[str, PostgresColumn]) -> str:
        if self._mark is None:
            return "Without connection.watermark everything is asked for each time."
        if self._kind(columns) == "number":
            return f"New rows are told by '{self._mark}'; {OVERLAP_OF_NUMBERS}."
        hours = connection_of(self.source).overlap_hours
        return f"New and changed rows are told by '{self._mark}', each time from {hours} hours before the newest."


def _estimate(cursor: dbapi.Cursor, question: str) -> int:
    """The planner's guess; asking for a plan also shows whether the user may read."""
    cursor.adbc_statement.set_options(**{StatementOptions.USE_COPY.value: "false"})
    cursor.execute(" ".join(["explain (format json)", question]))
    (plan,) = cast("tuple[str]", cursor.fetchone())
    return int(json.loads(plan)[0]["Plan"]["Plan Rows"])


def _rights(cursor: dbapi.Cursor) -> str:
    cursor.execute(WRITABLE)
    (tables,) = cast("tuple[int]", cursor.fetchone())
    if not tables:
        return "The user can write to no table and no view."
    return (
        f"The user may write to {tables} of the tables and views, which nobody needs here; "
        "give a role of its own that has only select on what is asked."
    )


def _inside_the_calendar(frame: pl.DataFrame) -> pl.DataFrame:
    """What lies outside, such as infinity, becomes its edge, which the door refuses; no reader could show it."""
    edges = [
        pl.col(name).clip(pl.lit(FIRST).cast(dtype), pl.lit(LAST).cast(dtype))
        for name, dtype in frame.schema.items()
        if dtype.is_temporal()
    ]
    return frame.with_columns(edges)


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
