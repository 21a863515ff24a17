"""The exchange: what landed and what was decided, laid out anew for each build; what Spark wrote comes back under its contract."""

import os
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.run.outcome import Exit, Stop
from pipelines.walk.spark.exchange import Exchange
from pipelines.walk.spark.homecoming import bring_back

SECRET = "Vorgang 17"


def write(path: Path, **columns: list[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(columns).write_parquet(path)
    return path


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A town's folder with two deliveries of two sources under one id, and an input."""
    for source in ("portal", "faelle"):
        write(tmp_path / "landing" / source / "a1" / "events.parquet", source=[source])
    write(tmp_path / "var" / "inputs" / "run.parquet", as_of=["2026-06-15"])
    return tmp_path


def test_what_landed_lies_by_kind(town: Path) -> None:
    exchange = Exchange(town / "exchange")
    exchange.lay_out(town / "landing", town / "var" / "inputs")
    events = pl.read_parquet(exchange.folder / "landing" / "events")
    assert sorted(events["source"]) == ["faelle", "portal"]
    assert pl.read_parquet(exchange.folder / "town" / "run.parquet").height == 1


def test_nothing_of_an_earlier_build_is_left(town: Path) -> None:
    exchange = Exchange(town / "exchange")
    write(exchange.built / "fct_cases" / "part-0.parquet", case_id=["a"])
    write(exchange.folder / "landing" / "events" / "retired.parquet", source=["gone"])
    exchange.lay_out(town / "landing", town / "var" / "inputs")
    assert list(exchange.built.iterdir()) == []
    assert len(list((exchange.folder / "landing" / "events").iterdir())) == 2


def test_on_the_same_disk_nothing_is_copied(town: Path) -> None:
    Exchange(town / "exchange").lay_out(town / "landing", town / "var" / "inputs")
    landed = town / "landing" / "portal" / "a1" / "events.parquet"
    assert landed.stat().st_nlink == 2
    Exchange(town / "exchange").clear()
    assert landed.is_file()


def test_a_disk_without_links_gets_copies(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    exchange = Exchange(town / "exchange")
    exchange.lay_out(town / "landing", town / "var" / "inputs")
    assert pl.read_parquet(exchange.folder / "landing" / "events").height == 2


def model(name: str, schema: str, **types: str) -> dict[str, Any]:
    """A model as dbt's manifest has it; its first column is its key."""
    columns = {
        column: {
            "name": column,
            "data_type": dtype,
            "description": f"It's {column}.",
            "constraints": [{"type": "not_null"}] if column in list(types)[:1] else [],
        }
        for column, dtype in types.items()
    }
    return {
        "resource_type": "model",
        "name": name,
        "schema": schema,
        "description": f"One row per {name}.",
        "columns": columns,
        "constraints": [{"type": "primary_key", "columns": list(types)[:1]}] if types else [],
    }


MANIFEST = {
    "nodes": {
        "a": model("fct_cases", "monitor", case_id="string", cost_eur="decimal(18, 2)", activities="string[]"),
        "b": model("int_rows_judged", "intermediate"),
    }
}


def test_a_published_table_comes_back_with_types_key_and_comments(tmp_path: Path) -> None:
    write(tmp_path / "fct_cases" / "part-0.parquet", activities=[["x"]], case_id=["a"], cost_eur=[1])
    write(tmp_path / "int_rows_judged" / "part-0.parquet", verdict=["admitted"])
    bring_back(tmp_path, tmp_path / "build.duckdb", MANIFEST, {})
    with duckdb.connect(str(tmp_path / "build.duckdb"), read_only=True) as connection:
        ask = lambda query: connection.execute(query).fetchall()  # noqa: E731
        assert ask(
            "select column_name, data_type, is_nullable, comment from duckdb_columns() where table_name = 'fct_cases'"
        ) == [
            ("case_id", "VARCHAR", False, "It's case_id."),
            ("cost_eur", "DECIMAL(18,2)", True, "It's cost_eur."),
            ("activities", "VARCHAR[]", True, "It's activities."),
        ]
        assert ask("select comment from duckdb_tables()") == [("One row per fct_cases.",)]
        assert ask("select constraint_type from duckdb_constraints() where constraint_type = 'PRIMARY KEY'") == []
        assert ask("select verdict from intermediate.int_rows_judged") == [("admitted",)]


def test_rows_that_break_their_contract_stop_the_run_without_being_shown(tmp_path: Path) -> None:
    write(tmp_path / "fct_cases" / "part-0.parquet", case_id=[SECRET, None], cost_eur=[1, 2], activities=[[], []])
    write(tmp_path / "int_rows_judged" / "part-0.parquet", verdict=["admitted"])
    with pytest.raises(Stop, match="fct_cases came back from Spark and breaks its contract") as stopped:
        bring_back(tmp_path, tmp_path / "build.duckdb", MANIFEST, {})
    assert stopped.value.exit_code is Exit.INTERNAL
    assert SECRET not in str(stopped.value)
