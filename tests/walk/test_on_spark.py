"""The walk with Spark as its engine publishes what it publishes with DuckDB, table by table and row by row.

The server is all of Spark on two cores, started as the program starts it; asked over the wire as a cluster's would be.
"""

import datetime as dt
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pytest
from jinja2 import Environment

from pipelines.walk.dbt_program import BUILD_FILE
from pipelines.walk.spark import server
from tests.models.small_town import ROOT, SmallTown
from tests.walked import Walked, program

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(
        find_spec("pyspark") is None and os.environ.get("CI") != "true",
        reason="THE SECOND ENGINE IS NOT TESTED: pyspark is missing; pip install -r requirements-spark.lock",
    ),
]
DAY = "2026-11-01"
MEMORY = 2 * 10**9
# A town of a few hundred cases: compiling each plan to byte code would take longer than all else.
DEFAULTS = """
spark.driver.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.sql.adaptive.enabled false
spark.sql.shuffle.partitions 2
spark.log.level WARN
"""
# Quantiles that may differ in the last bit: the engines interpolate in another order.
LAST_BIT = {
    "rpt_throughput_monthly": {"p90_lead_seconds"},
    "rpt_lead_time_by_service": {"p90_days"},
    "rpt_process_map": {"p90_seconds", "common_p90_seconds"},
}
CLOSE = 1e-12


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Spark of this machine."""
    settings = tmp_path_factory.mktemp("settings")
    (settings / "spark-defaults.conf").write_text(DEFAULTS, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_CONF_DIR", str(settings))
        with server.connected("local[2]", tmp_path_factory.mktemp("spark"), MEMORY) as remote:
            yield remote


@dataclass(frozen=True)
class Both:
    """One town, built twice from the same inputs."""

    ran: subprocess.CompletedProcess[str]
    folder: Path
    duckdb_file: Path

    @property
    def spark_file(self) -> Path:
        """What the walk published."""
        return self.folder / "current" / "papierwende.duckdb"


@pytest.fixture(scope="module")
def both(tiny: Walked, spark: str, tmp_path_factory: pytest.TempPathFactory) -> Both:
    """The invented town a day later: walked on Spark, and its models built in DuckDB from the inputs of that walk."""
    folder = tmp_path_factory.mktemp("both") / "town"
    shutil.copytree(tiny.folder, folder, symlinks=True)
    settings = folder / "town.toml"
    engine = f'[run]\nengine = "spark"\nremote = "{spark}"\n\n'
    settings.write_text(settings.read_text("utf-8").replace("[[source]]", engine + "[[source]]", 1), "utf-8")
    environment = {**tiny.environment, server.TOKEN: os.environ[server.TOKEN]}
    ran = program(environment, "run", str(folder), "--as-of", DAY)
    town = SmallTown(folder)
    built = town.dbt("run")
    assert built.returncode == 0, built.stdout
    return Both(ran, folder, town.build_file)


def test_the_walk_publishes(both: Both, tiny: Walked) -> None:
    assert both.ran.returncode == tiny.exit_code == 3, both.ran.stdout + both.ran.stderr
    assert (both.folder / "current" / "site" / "index.html").is_file()
    assert (both.folder / "current").resolve().name.startswith(DAY)


def test_nothing_of_the_build_is_left(both: Both) -> None:
    assert not (both.folder / "var" / "build" / BUILD_FILE).exists()
    assert [path for path in (both.folder / "var").rglob("*.parquet") if path.parts[-3] == "built"] == []


def test_every_table_has_the_rows_it_has_from_duckdb(both: Both) -> None:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach '{both.spark_file}' as spark (read_only)")
        connection.execute(f"attach '{both.duckdb_file}' as duckdb (read_only)")
        keys = dict(
            connection.execute(
                "select table_name, constraint_column_names from duckdb_constraints() "
                "where database_name = 'spark' and schema_name = 'monitor' and constraint_type = 'PRIMARY KEY'"
            ).fetchall()
        )
        different = {table: found for table in sorted(keys) if (found := _differences(connection, table, keys[table]))}
    assert len(keys) > 70
    assert different == {}


def _differences(connection: duckdb.DuckDBPyConnection, table: str, key: list[str]) -> dict[str, int]:
    """Per column the rows in which it differs, and rows that only one side has."""
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns() "
        "where database_name = 'duckdb' and schema_name = 'monitor' and table_name = ? order by column_index",
        [table],
    ).fetchall()
    told = {column: _differs(table, column, dtype) for column, dtype in columns if column not in key}
    counted = "".join(f", count_if({differs}) as {column}" for column, differs in told.items())
    same_key = " and ".join(
        f"a.{column} is not distinct from {_as_built('b', column, dict(columns))}" for column in key
    )
    found = connection.execute(
        f"select count_if(a.{key[0]} is null) as only_duckdb, count_if(b.{key[0]} is null) as only_spark{counted} "
        f"from spark.monitor.{table} as a full join duckdb.monitor.{table} as b on {same_key}"
    )
    names = [column[0] for column in found.description or ()]
    return {name: count for name, count in zip(names, found.fetchall()[0], strict=True) if count}


def _differs(table: str, column: str, dtype: str) -> str:
    mine, other = f"a.{column}", _as_built("b", column, {column: dtype})
    if column in LAST_BIT.get(table, ()):
        return f"not coalesce(abs({mine} - {other}) <= {CLOSE} * abs({other}), {mine} is null and {other} is null)"
    return f"{mine} is distinct from {other}"


def _as_built(side: str, column: str, types: dict[str, str]) -> str:
    """A column of the build's file as it is published: instants carry their zone."""
    return f"timezone('UTC', {side}.{column})" if types[column] == "TIMESTAMP" else f"{side}.{column}"


def dialect(engine: str, call: str) -> str:
    """What a macro of one engine says."""
    text = (ROOT / "pipelines" / "dialect" / "time.sql").read_text("utf-8")
    made = Environment().from_string(text.replace("{% macro ", "{%- macro ") + "{{ " + f"{engine}__{call}" + " }}")
    return made.render(env_var=lambda _, default: default).strip()


# Each half hour of the two nights in which the town's clocks change, and of one in which they do not.
NIGHTS = [
    dt.datetime.combine(night, dt.time()) + dt.timedelta(minutes=30 * step)
    for night in (dt.date(2026, 3, 29), dt.date(2026, 6, 1), dt.date(2026, 10, 25))
    for step in range(10)
]
QUESTIONS = {
    "utc_time": ("utc_time('told')", "timestamp", NIGHTS),
    "local_time": ("local_time('told')", "timestamp", NIGHTS),
    "add_days": ("add_days('told', 'cast(3 as bigint)')", "date", [dt.date(2026, 2, 27), dt.date(2028, 2, 27)]),
    "add_months": ("add_months('told', 'cast(1 as bigint)')", "date", [dt.date(2026, 1, 31), dt.date(2026, 2, 28)]),
    "weekday_number": ("weekday_number('told')", "date", [dt.date(2026, 6, day) for day in range(1, 8)]),
    "day_series": ("day_series('told', \"cast('2026-06-03' as date)\")", "date", [dt.date(2026, 6, 1), dt.date(2026, 6, 9)]),
    "month_series": (
        "month_series('told', \"cast('2026-06-01' as date)\")", "date", [dt.date(2026, 4, 1), dt.date(2026, 8, 1)]
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def answers(spark: str) -> dict[str, list[list[Any]]]:
    """What Spark answers."""
    from pyspark.sql import SparkSession

    session = SparkSession.builder.remote(spark).getOrCreate()
    session.conf.set("spark.sql.session.timeZone", "UTC")
    session.conf.set("spark.sql.timestampType", "TIMESTAMP_NTZ")
    found = {name: [list(row) for row in session.sql(_question("spark", name)).collect()] for name in QUESTIONS}
    session.stop()
    return found


def _question(engine: str, name: str) -> str:
    call, dtype, values = QUESTIONS[name]
    told = ", ".join(f"(cast('{value}' as {dtype}))" for value in values)
    return f"select told, {dialect(engine, call)} as answer from (values {told}) as given (told) order by told, answer"


@pytest.mark.parametrize("name", QUESTIONS)
def test_time_is_the_same_on_both(name: str, answers: dict[str, list[list[Any]]]) -> None:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        expected = [list(row) for row in connection.execute(_question("default", name)).fetchall()]
    assert answers[name] == expected
    assert expected


def test_an_hour_that_comes_twice_is_the_second(answers: dict[str, list[list[Any]]]) -> None:
    told = dict(map(tuple, answers["utc_time"]))
    assert told[dt.datetime(2026, 10, 25, 2, 30)] == dt.datetime(2026, 10, 25, 1, 30)
    assert told[dt.datetime(2026, 3, 29, 2, 30)] == dt.datetime(2026, 3, 29, 1, 30)


def test_a_series_that_ends_before_it_begins_has_no_row(answers: dict[str, list[list[Any]]]) -> None:
    assert {told for told, _ in answers["day_series"]} == {dt.date(2026, 6, 1)}
    assert {told for told, _ in answers["month_series"]} == {dt.date(2026, 4, 1)}
