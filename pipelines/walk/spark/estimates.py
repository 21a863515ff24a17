"""Step 5 on Spark: models of Python run here, beside dbt; what they read is counted already, and small in any town."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from dbt.adapters.base.impl import PythonJobHelper
from dbt.adapters.spark.impl import SparkAdapter
from pyspark.sql import SparkSession

REMOTE: Final = "PAPIERWENDE_SPARK"


class Relation:
    """A relation of Spark, as far as the models of Python ask one."""

    def __init__(self, session: SparkSession, name: str) -> None:
        """Of that name in a session."""
        self._session, self._name = session, name

    def pl(self) -> pl.DataFrame:
        """Its rows."""
        return pl.DataFrame(self._session.table(self._name).toArrow())


class RunsHere(PythonJobHelper):
    """Dbt's way to run a model of Python: its code in this process, what it makes as a file in the exchange."""

    def __init__(self, parsed_model: dict[str, Any], credential: object) -> None:
        """Nothing of the model or of the connection need be known."""

    def submit(self, compiled_code: str) -> None:
        """Run a model and register what it made."""
        session = SparkSession.builder.remote(os.environ[REMOTE]).getOrCreate()
        code: dict[str, Any] = {}
        exec(compiled_code, code)
        table: pa.Table = code["model"](code["dbtObj"](lambda name: Relation(session, name)), session)
        name, folder = code["made"]
        Path(folder).mkdir(parents=True)
        pq.write_table(table, f"{folder}/part-0.parquet")
        session.catalog.createTable(name, folder, "parquet")


def run_estimates_here() -> None:
    """Have the adapter run models of Python here; by itself it sends them to one vendor's clusters."""
    helpers = {SparkAdapter.default_python_submission_method.fget(None): RunsHere}  # type: ignore[union-attr]
    SparkAdapter.python_submission_helpers = property(lambda _: helpers)  # type: ignore[assignment,method-assign]
