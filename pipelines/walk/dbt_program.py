"""Dbt: what its process is told, and a Dagster resource that costs no more than the process it starts."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Final

from packaging.version import Version

from pipelines.run.bounds import Bounds, megabytes
from pipelines.run.settings import project_root
from pipelines.walk import dbt_child
from pipelines.walk.dagster_dbt_alone import DbtCliResource

# Its stem is the name of the database.
BUILD_FILE: Final = "build.duckdb"
CHILD: Final = ("-m", dbt_child.__name__)
# DuckDB computes each model on all cores; a second one uses what the first leaves.
MODELS_AT_ONCE: Final = 2


class Dbt(DbtCliResource):
    """Starts dbt without loading it here too.

    Dagster would ask ``dbt --version`` and open a second adapter, with all macros parsed, to count rows and columns
    of each model, which no one here asks for: a tenth of a small town's run.
    """

    @property
    def _cli_version(self) -> Version:  # pyright: ignore[reportIncompatibleVariableOverride]
        return Version(version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return None


def dbt() -> Dbt:
    """Dbt with the program's models, in this Python."""
    root = str(project_root())
    return Dbt(project_dir=root, profiles_dir=root, dbt_executable=sys.executable, global_config_flags=[*CHILD])


@contextmanager
def environment(
    town_folder: Path, folder: Path, target: Path, timezone: str, bounds: Bounds | None = None
) -> Iterator[None]:
    """Tell dbt where everything is, by this process's environment and only while the block runs.

    Args:
        town_folder: whose landing and inputs it reads.
        folder: where the build's file lies. Dbt works in it and knows the file by its name alone, as a path would be
            part of what it parsed, and every town would parse the same models anew.
        target: where its artifacts go.
        timezone: of the town.
        bounds: what a build may take; who only parses takes nothing.
    """
    taken = {} if bounds is None else {"MEMORY": megabytes(bounds.memory), "SPILL": megabytes(bounds.spill)}
    before = dict(os.environ)
    os.environ.update(
        {dbt_child.FOLDER: str(folder.resolve())} | {f"PAPIERWENDE_BUILD_{name}": size for name, size in taken.items()},
        PAPIERWENDE_TOWN=str(town_folder.resolve()),
        PAPIERWENDE_BUILD_FILE=BUILD_FILE,
        PAPIERWENDE_BUILD_THREADS=str(min(len(os.sched_getaffinity(0)), MODELS_AT_ONCE)),
        PAPIERWENDE_TIMEZONE=timezone,
        DBT_TARGET_PATH=str(target.resolve()),
        DBT_LOG_PATH=str(target.resolve()),
        DBT_PROFILES_DIR=str(project_root()),
        DBT_SEND_ANONYMOUS_USAGE_STATS="false",
        # Sums of doubles in a fixed order, whatever the machine's cores: the same tables, hash for hash.
        OPENBLAS_NUM_THREADS="1",
        # Each statement and each reading of the cache in full costs a tenth of a small town's build.
        DBT_LOG_LEVEL_FILE="info",
        DBT_LOG_FORMAT_FILE="text",
        DBT_USE_COLORS="false",
        DO_NOT_TRACK="1",
    )
    # Who asks for Spark says so by name, and says where it is (on_spark); a mere setting of the shell asks for nothing.
    os.environ.pop(dbt_child.ENGINE, None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def on_spark(remote: str, exchange: Path, schema: str) -> Iterator[None]:
    """Have dbt build on Spark while the block runs, within ``environment``.

    Args:
        remote: the address of its server.
        exchange: the folder which it reads and writes.
        schema: how the names of the town's schemas begin there.
    """
    told = {
        dbt_child.ENGINE: dbt_child.SPARK,
        "PAPIERWENDE_SPARK": remote,
        "PAPIERWENDE_SPARK_SCHEMA": schema,
        "PAPIERWENDE_EXCHANGE": str(exchange),
    }
    os.environ.update(told)
    try:
        yield
    finally:
        for name in told:
            os.environ.pop(name)
