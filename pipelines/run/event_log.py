"""Dagster's log of events as the command line writes it: the databases the web server reads, kept open for a run."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from dagster import AssetKey, EventLogEntry, EventLogRecord
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.base import AssetEntry, AssetRecord
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
        self._found: set[tuple[str, str]] = set()
        self._materialized: dict[AssetKey, EventLogRecord] = {}
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
        return self._once_found("table", table_name, lambda: super(EventLog, self).has_table(table_name))

    def has_secondary_index(self, name: str) -> bool:
        """Whether a migration was made; Dagster asks before each reading of assets, and none is ever undone."""
        return self._once_found("index", name, lambda: super(EventLog, self).has_secondary_index(name))

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        """Whether assets have a column; Dagster reads the whole table's columns for each asset it notes."""
        ask = super()._has_asset_key_col_on_connection
        return self._once_found("column", column_name, lambda: ask(conn, column_name))

    def _once_found(self, kind: str, name: str, ask: Callable[[], bool]) -> bool:
        if (kind, name) not in self._found and ask():
            self._found.add((kind, name))
        return (kind, name) in self._found

    def get_asset_records(self, asset_keys: Sequence[AssetKey] | None = None) -> Sequence[AssetRecord]:
        """What is known of assets; Dagster asks of each model's parents, which this process wrote down a moment ago."""
        known = [record for key in asset_keys or () if (record := self._materialized.get(key))]
        if not known or len(known) != len(asset_keys or ()):
            return super().get_asset_records(asset_keys)
        return [AssetRecord(storage_id=record.storage_id, asset_entry=_entry_of(record)) for record in known]

    def _store_asset_event(self, conn: Connection, event: EventLogEntry, event_id: int) -> None:
        super()._store_asset_event(conn, event, event_id)
        told = event.dagster_event
        if told is not None and told.is_step_materialization and told.asset_key is not None:
            self._materialized[told.asset_key] = EventLogRecord(storage_id=event_id, event_log_entry=event)

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


def _entry_of(record: EventLogRecord) -> AssetEntry:
    event = record.event_log_entry.dagster_event
    if event is None or event.asset_key is None:
        raise ValueError(f"event {record.storage_id} tells of no asset")
    return AssetEntry(asset_key=event.asset_key, last_materialization_record=record, last_run_id=record.run_id)


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
