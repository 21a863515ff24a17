"""A town as small as a test wants it: landing, inputs and one dbt command, without the rest of the program.

Writes what sources/contract/ and sources/town/parameters.py promise, nothing else. The town lives in a temporary folder.
"""

import datetime as dt
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from sources.contract.inputs import INPUTS
from sources.contract.records import CONTRACT_VERSION, LANDED
from sources.town.column_types import column_types
from sources.town.parameters import PARAMETER_TABLES

ROOT = Path(__file__).resolve().parents[2]
SHARED_DATA = Path(os.environ.get("PAPIERWENDE_SHARED_DATA", ROOT.parent / "shared" / "data"))
DBT = Path(sys.executable).parent / "dbt"
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class SmallTown:
    """A town's folder with just enough in it for dbt."""

    folder: Path
    timezone: str = "Europe/Berlin"

    @property
    def build_file(self) -> Path:
        """The file dbt builds."""
        return self.folder / "var" / "build.duckdb"

    def decide(self, as_of: dt.date, **inputs: Rows) -> None:
        """Write the inputs of a run: the given rows, empty tables for the rest."""
        run = {
            "generation_id": "test",
            "as_of": as_of,
            "built_at": dt.datetime(2026, 1, 1),
            "input_hash": "test",
            "contract_version": CONTRACT_VERSION,
            "program_version": "test",
            "timezone": self.timezone,
            "parameters_hash": "test",
        }
        settings = [{"key": "min_cases", "value": "1"}, {"key": "thresholds_off", "value": "false"}]
        given = {"run": [run], "settings": settings, **inputs}
        schemas = {table.file: column_types(table) for table in PARAMETER_TABLES} | INPUTS
        for name, schema in schemas.items():
            _write(self.folder / "var" / "inputs" / f"{name}.parquet", given.get(name, []), schema)
        self.open_landing()

    def open_landing(self) -> None:
        """Make a landing without a delivery: every kind of record can be read, none is there."""
        for kind, schema in LANDED.items():
            _write(self.folder / "landing" / "_schema" / "empty" / f"{kind}.parquet", [], schema)

    def deliver(
        self,
        source: str,
        delivery_id: str,
        stand: dt.datetime,
        *,
        mode: str = "increment",
        **records: Rows,
    ) -> None:
        """Land a delivery; the first record kind named is the one it is of."""
        self.land(source, delivery_id, _landed(source, delivery_id, stand, mode, records))

    def deliver_together(self, deliveries: Iterable[tuple[str, str, dt.datetime, str, Mapping[str, Rows]]]) -> None:
        """Land many deliveries, each given as ``deliver`` takes it, in one folder: what is read is the same."""
        together: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for delivery in deliveries:
            for name, rows in _landed(*delivery).items():
                together[name] += rows
        self.land("all", "together", together)

    def land(self, source: str, delivery_id: str, landed: Mapping[str, Rows]) -> None:
        """Write a folder of landing."""
        for name, rows in landed.items():
            _write(self.folder / "landing" / source / delivery_id / f"{name}.parquet", rows, LANDED[name])

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run dbt on the town."""
        environment = os.environ | {
            "PAPIERWENDE_TOWN": str(self.folder),
            "PAPIERWENDE_BUILD_FILE": str(self.build_file),
            "PAPIERWENDE_TIMEZONE": self.timezone,
            "DBT_TARGET_PATH": str(self.folder / "var" / "dbt"),
            "DBT_LOG_PATH": str(self.folder / "var" / "logs"),
            "DBT_PROFILES_DIR": str(ROOT),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DBT_USE_COLORS": "false",
        }
        command = [str(DBT), *arguments, "--project-dir", str(ROOT)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query on the build file."""
        with duckdb.connect(str(self.build_file), read_only=True) as connection:
            return connection.execute(query).fetchall()


def _landed(
    source: str, delivery_id: str, stand: dt.datetime, mode: str, records: Mapping[str, Rows]
) -> dict[str, Rows]:
    kind = next(iter(records))
    counted = len(records[kind])
    manifest = {
        "delivery_id": delivery_id,
        "source": source,
        "record_kind": kind,
        "mode": mode,
        "stand": stand,
        "admitted_at": stand,
        "rows_read": counted,
        "rows_admitted": counted,
        **dict.fromkeys(("rows_quarantined", "rows_duplicate", "coarsened_rows"), 0),
        **dict.fromkeys(("ambiguous_times", "nonexistent_times", "unmapped_values", "withheld_values"), 0),
    }
    tables = {
        name: [
            {"source": source, "delivery_id": delivery_id, "position": position, **row}
            for position, row in enumerate(rows)
        ]
        for name, rows in records.items()
    }
    return {**tables, "deliveries": [manifest]}


def _write(path: Path, rows: Rows, schema: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=dict(schema)).write_parquet(path)
