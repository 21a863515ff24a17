"""Dagster's log of events as the command line writes it: the databases the web server reads, kept open for a run."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import SqliteStorageConfig
from dagster._serdes import ConfigurableClassData
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import QueuePool


class EventLog(SqliteEventLogStorage):
    """Keeps each database open, and with it the statements SQLAlchemy has compiled.

    Dagster opens and closes a database several times for each event, and each closing writes it anew: that took more
    than a fifth of a small town's run. What a power failure may cost here are the last lines of a log.
    """

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        self._tables: set[str] = set()
        self._one_at_a_time = threading.RLock()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: SqliteStorageConfig) -> EventLog:
        """As Dagster makes it from its settings."""
        return cls(inst_data=inst_data, **config_value)

    def run_connection(self, run_id: str | None = None) -> AbstractContextManager[Connection]:
        """A transaction on the events of one run."""
        return self._transaction(str(run_id))

    def index_connection(self) -> AbstractContextManager[Connection]:
        """A transaction on what is asked across runs."""
        return self._transaction(INDEX_SHARD_NAME)

    def has_table(self, table_name: str) -> bool:
        """Whether there is a table; Dagster asks before each event, and none is ever dropped."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def delete_events(self, run_id: str) -> None:
        """Forget a run; its database is closed with it."""
        super().delete_events(run_id)
        if engine := self._engines.pop(run_id, None):
            engine.dispose()

    def dispose(self) -> None:
        """Close the databases."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()
        super().dispose()

    @contextmanager
    def _transaction(self, database: str) -> Iterator[Connection]:
        with self._one_at_a_time:
            if database not in self._engines:
                with super().run_connection(database):
                    """Dagster makes the database where it is missing."""
                self._engines[database] = _kept_open(self.conn_string_for_shard(database))
            with self._engines[database].begin() as connection:
                yield connection


def _kept_open(address: str) -> Engine:
    engine = create_engine(
        address,
        poolclass=QueuePool,
        pool_size=1,
        connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _spare_the_disk(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("pragma synchronous = normal")

    return engine
