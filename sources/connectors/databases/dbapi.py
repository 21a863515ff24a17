"""SQL Server and Oracle through their DB-API drivers: read in pieces, never the table in memory.

Untested against a live server, and said so by ``test``: the first way for these two is a nightly CSV export
(docs/exports). What is asked is what PostgreSQL is asked: mapped columns by quoted names, from the newest landed
watermark less the overlap on, the mark as a parameter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, Final

import polars as pl

from sources.asking.patience import patiently
from sources.asking.watermarks import Mark, Progress, begin, kind_of
from sources.batches.protocol import BATCH_ROWS, Access, Batch, Refused, Seen, connection_of, text_of
from sources.connectors.databases.dialects import MSSQL, ORACLE, READS_ONLY, DatabaseConnection, DatabaseCursor, Dialect
from sources.connectors.databases.relation import answered, asked_columns, refuse_absent, relation
from sources.town.source import Source

UNTESTED: Final = (
    "This way to {title} is not tested against a live server; compare a day's rows with the database before you "
    "rely on it, or have files exported each night (docs/exports)."
)
SINGLE: Final = (str, bool, int, float, Decimal, dt.date, dt.time)


@dataclass(frozen=True)
class DatabaseColumn:
    """One column of the answer; ``is_instant`` where a time has a zone that the driver would drop."""

    name: str
    is_instant: bool


class Database:
    """What one source asks a database of any dialect."""

    def __init__(self, source: Source, access: Access, dialect: Dialect) -> None:
        """Read the query; nothing is asked yet.

        Raises:
            Refused: connection.query is neither a name nor one select.
        """
        self._source, self._access, self._dialect = source, access, dialect
        self._connection = connection_of(source)
        self._relation = relation(source, dialect.name, dialect.fold, takes_with=dialect.takes_with)

    def test(self) -> Seen:
        """Version, columns and how changes are found; no row is read."""
        title = self._dialect.title
        with self._session(0) as cursor:
            cursor.execute(self._dialect.version)
            banner = str(next(iter(cursor.fetchmany(1)))[0]).partition("\n")[0].strip()
            names = tuple(column.name for column in self._columns(cursor))
        sentences = [
            f"{banner} at {self._connection.host}.",
            UNTESTED.format(title=title),
            f"Nothing here can tell whether the user may write; give {READS_ONLY.get(title, 'one that only reads')}.",
            "Columns: " + ", ".join(names) + ".",
        ]
        try:
            refuse_absent(self._source, names)
        except Refused as refused:
            sentences.append(refused.sentence)
        return Seen(tuple(sentences), names)

    def pull(self, watermark: str | None) -> Iterator[Batch]:
        """Everything since a watermark, less the overlap, in the watermark's order; None asks for all."""
        with self._session(self._connection.patience_minutes * 60) as cursor:
            columns = self._columns(cursor)
            refuse_absent(self._source, [column.name for column in columns])
            yield from self._batches(cursor, {column.name: column for column in columns}, watermark)

    @contextmanager
    def _session(self, patience_seconds: int) -> Generator[DatabaseCursor]:
        with closing(patiently(self._connected, patience_seconds)) as connection:
            try:
                with closing(connection.cursor()) as cursor:
                    if self._dialect.first:
                        cursor.execute(self._dialect.first)
                    yield cursor
            except self._dialect.errors as error:
                raise self._dialect.verdict(error, self._source) from None

    def _connected(self) -> DatabaseConnection:
        try:
            return self._dialect.connect(self._source, self._access)
        except self._dialect.errors as error:
            raise self._dialect.verdict(error, self._source) from None

    def _columns(self, cursor: DatabaseCursor) -> list[DatabaseColumn]:
        """The columns as the database describes them; no row is read."""
        cursor.execute(" ".join(["select * from", self._relation, "where 1 = 0"]))
        cursor.fetchmany(1)
        return [
            DatabaseColumn(str(column[0]), column[1] in self._dialect.instants) for column in cursor.description or ()
        ]

    def _batches(
        self, cursor: DatabaseCursor, columns: dict[str, DatabaseColumn], watermark: str | None
    ) -> Iterator[Batch]:
        mark = self._connection.watermark
        begun = begin(watermark, self._connection.overlap_hours) if mark and watermark else None
        progress = Progress(mark, watermark if begun else None, self._access.now) if mark else None
        asked = [columns[name] for name in asked_columns(self._source)]
        self._ask(cursor, asked, begun[1] if begun else None)
        yield from answered(self._source, self._frames(cursor, asked), columns, progress, is_whole=begun is None)

    def _frames(self, cursor: DatabaseCursor, asked: Sequence[DatabaseColumn]) -> Iterator[pl.DataFrame]:
        while rows := cursor.fetchmany(BATCH_ROWS):
            frame = _frame(rows, asked, self._source)
            if self._connection.watermark:
                self._refuse_mark(frame[self._connection.watermark])
            yield frame

    def _ask(self, cursor: DatabaseCursor, asked: Sequence[DatabaseColumn], since: Mark | None) -> None:
        question = self._question(asked, is_since=since is not None)
        if since is None:
            cursor.execute(question, **self._dialect.options)
            return
        if self._dialect.instants and isinstance(since, dt.datetime) and since.tzinfo:
            since = since.astimezone(dt.UTC).replace(tzinfo=None)
        cursor.execute(question, (since,), **self._dialect.options)

    def _question(self, asked: Sequence[DatabaseColumn], *, is_since: bool) -> str:
        """The select; where it has a parameter, that one is the only percent sign that is not doubled."""
        selected = " ".join(["select", ", ".join(self._cell(column) for column in asked), "from", self._relation])
        if self._connection.watermark is None:
            return selected
        name = self._dialect.name(self._connection.watermark)
        ending = f" order by {name}"
        if not is_since:
            return selected + ending
        (mark,) = (column for column in asked if column.name == self._connection.watermark)
        before, after = f"{selected} where {name} >= ", f" or {name} is null{ending}"
        if self._dialect.doubles_percent:
            before, after = before.replace("%", "%%"), after.replace("%", "%%")
        parameter = self._dialect.parameter
        return before + (f"from_tz(cast({parameter} as timestamp), 'UTC')" if mark.is_instant else parameter) + after

    def _cell(self, column: DatabaseColumn) -> str:
        name = self._dialect.name(column.name)
        return f"sys_extract_utc({name}) as {name}" if column.is_instant else name

    def _refuse_mark(self, marks: pl.Series) -> None:
        if kind_of(marks.dtype) is None and marks.null_count() < marks.len():
            raise Refused(
                "watermark_type",
                f"{self._source.name}: column '{marks.name}' of connection.watermark is neither a time, a day nor a "
                "whole number; name one that is.",
            )


def _frame(rows: Sequence[Sequence[Any]], columns: Sequence[DatabaseColumn], source: Source) -> pl.DataFrame:
    cells = zip(*rows, strict=True)
    return pl.DataFrame([_series(column, values, source) for column, values in zip(columns, cells, strict=True)])


def _series(column: DatabaseColumn, values: Sequence[Any], source: Source) -> pl.Series:
    """A column in its own type where all values share one that polars has, else as exact text."""
    kinds: set[type] = {type(value) for value in values if value is not None}
    for kind in kinds:
        if not issubclass(kind, SINGLE) and kind.__name__ != "UUID":
            raise Refused(
                "column_type",
                f"{source.name}: column '{column.name}' is of type {kind.__name__}, which holds no single value; "
                "have the view give text, numbers or times.",
            )
    if kinds == {dt.datetime}:
        return _times(column, values)
    if kinds == {dt.date}:
        return pl.Series(column.name, values, dtype=pl.Date)
    if kinds == {Decimal} and all(value is None or value == value.to_integral_value() for value in values):
        return _numbers(column.name, [None if value is None else int(value) for value in values])
    if kinds == {int}:
        return _numbers(column.name, values)
    if kinds == {float}:
        return pl.Series(column.name, values, dtype=pl.Float64)
    return pl.Series(column.name, [_text_of(value) for value in values], dtype=pl.String)


def _text_of(value: object) -> str | None:
    """Text; a decimal is written out, never with an exponent."""
    return format(value, "f") if isinstance(value, Decimal) else text_of(value)


def _times(column: DatabaseColumn, values: Sequence[dt.datetime | None]) -> pl.Series:
    if all(value is None or value.tzinfo for value in values):
        utc = [value and value.astimezone(dt.UTC) for value in values]
        return pl.Series(column.name, utc, dtype=pl.Datetime("us", "UTC"))
    times = pl.Series(column.name, values, dtype=pl.Datetime("us"))
    return times.dt.replace_time_zone("UTC") if column.is_instant else times


def _numbers(name: str, values: Sequence[int | None]) -> pl.Series:
    """Whole numbers; longer ones than a number may be stay text."""
    if all(value is None or -(2**63) <= value < 2**63 for value in values):
        return pl.Series(name, values, dtype=pl.Int64)
    return pl.Series(name, [text_of(value) for value in values], dtype=pl.String)


open_mssql: Final = partial(Database, dialect=MSSQL)
open_oracle: Final = partial(Database, dialect=ORACLE)
