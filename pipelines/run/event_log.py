"""Dagster's log of events as the command line writes it: the databases the web server reads, opened cheaper."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import SqliteStorageConfig
from dagster._serdes import ConfigurableClassData
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import NullPool


class EventLog(SqliteEventLogStorage):
    """Keeps the engine of each database, and with it the statements SQLAlchemy has compiled.

    Dagster makes an engine for each event; compiling its statements anew took a fifth of a small town's run.
    """

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
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

    @contextmanager
    def _transaction(self, database: str) -> Iterator[Connection]:
        with self._one_at_a_time:
            if database not in self._engines:
                with super().run_connection(database):
                    """Dagster makes the database where it is missing."""
                self._engines[database] = create_engine(
                    self.conn_string_for_shard(database),
                    poolclass=NullPool,
                    connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS},
                )
            with self._engines[database].begin() as connection:
                yield connection
