"""A town as small as a test wants it: landing, inputs and one dbt command, without the rest of the program.

Writes what sources/contract.py and sources/parameters.py promise, nothing else. The town lives in a temporary folder.
"""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from sources.contract import CONTRACT_VERSION, LANDED
from sources.parameters import TABLES, column_types

ROOT = Path(__file__).resolve().parents[2]
SHARED_DATA = Path(os.environ.get("PAPIERWENDE_SHARED_DATA", ROOT.parent / "shared" / "data"))
DBT = Path(sys.executable).parent / "dbt"
INSTANT = pl.Datetime("us")
GIVEN: dict[str, dict[str, Any]] = {
    "holidays": {"holiday_on": pl.Date, "holiday_name": pl.String},
    "sources": {
        "source": pl.String,
        "source_rank": pl.Int64,
        "system": pl.String,
        "mode": pl.String,
        "expected_every_days": pl.Int64,
    },
    "settings": {"key": pl.String, "value": pl.String},
    "run": {
        "generation_id": pl.String,
        "as_of": pl.Date,
        "built_at": INSTANT,
        "input_hash": pl.String,
        "ledger_head": pl.String,
        "contract_version": pl.String,
        "program_version": pl.String,
        "timezone": pl.String,
    },
}
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
        }
        settings = [{"key": "min_cases", "value": "1"}, {"key": "thresholds_off", "value": "false"}]
        given = {"run": [run], "settings": settings, **inputs}
        schemas = {table.file: column_types(table) for table in TABLES} | GIVEN
        for name, schema in schemas.items():
            _write(self.folder / "var" / "inputs" / f"{name}.parquet", given.get(name, []), schema)
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
        folder = self.folder / "landing" / source / delivery_id
        kind = next(iter(records))
        for name, rows in records.items():
            told = [
                {"source": source, "delivery_id": delivery_id, "position": position, **row}
                for position, row in enumerate(rows)
            ]
            _write(folder / f"{name}.parquet", told, LANDED[name])
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
            **dict.fromkeys(("ambiguous_times", "nonexistent_times", "unmapped_values"), 0),
        }
        _write(folder / "deliveries.parquet", [manifest], LANDED["deliveries"])

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


def _write(path: Path, rows: Rows, schema: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=dict(schema)).write_parquet(path)
