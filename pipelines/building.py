"""How Dagster watches dbt build: in DuckDB, or on Spark with what it built brought back and tested in DuckDB."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import dagster as dg

from pipelines.run import progress
from pipelines.run.outcome import Stop, storage_fault
from pipelines.walk.build import Workshop, schema_on_spark
from pipelines.walk.dagster_dbt_alone import DagsterDbtCliRuntimeError
from pipelines.walk.dbt_child import SPARK
from pipelines.walk.dbt_program import dbt, on_spark
from pipelines.walk.spark import server
from pipelines.walk.spark.homecoming import bring_back
from pipelines.walk.walk import Walk
from sources.town.folder import Town

NO_UNIT_TESTS: Final = ("--exclude-resource-type", "unit_test")


def built(
    context: dg.AssetExecutionContext, walk: Walk, step: progress.ProgressStep, manifest: Mapping[str, Any]
) -> Iterator[Any]:
    """Dbt's events while it builds and tests all models.

    Raises:
        Stop: a model broke or a test failed.
    """
    workshop, models, tests = (
        Workshop(walk.folder),
        len(context.selected_asset_keys),
        len(context.selected_asset_check_keys),
    )
    if walk.run.town.run.engine == SPARK:
        events = _on_spark(context, walk, manifest)
    else:
        events = _events(context, workshop, workshop.target, "build", *NO_UNIT_TESTS)
    for number, event in enumerate(events, start=1):
        step.advance("models and tests", min(number, models + tests), models + tests)
        yield event
    step.finish(f"{models} models, {tests} tests")


def _on_spark(context: dg.AssetExecutionContext, walk: Walk, manifest: Mapping[str, Any]) -> Iterator[Any]:
    workshop, run = Workshop(walk.folder), walk.run
    exchange = workshop.exchange(run.town)
    try:
        exchange.lay_out(run.landing.root, workshop.inputs)
        with server.connected(run.town.run.remote, workshop.spark_folder, run.bounds.memory) as remote:
            yield from _run_at(remote, context, workshop, run.town)
        bring_back(exchange.built, workshop.build_file, manifest, run.bounds.settings(workshop.build_file.parent))
        # The claims are about tables, whoever built them: what is tested is what came back.
        yield from _events(context, workshop, workshop.target, "test", *NO_UNIT_TESTS)
    except BaseException:
        # It may lie on a disk that others see.
        exchange.clear()
        raise


def _run_at(remote: str, context: dg.AssetExecutionContext, workshop: Workshop, town: Town) -> Iterator[Any]:
    with on_spark(remote, workshop.exchange(town).folder, schema_on_spark(town)):
        try:
            yield from _events(context, workshop, workshop.target_on_spark, "run")
        except Stop:
            # A server that went away explains whatever broke.
            server.refuse_unless_it_answers(remote)
            raise


def _events(context: dg.AssetExecutionContext, workshop: Workshop, target: Path, *command: str) -> Iterator[Any]:
    # Dbt works in the program's folder, where a relative one would be another.
    invocation = dbt().cli(command, context=context, target_path=target.resolve(), raise_on_error=True)
    try:
        yield from invocation.stream()
    except DagsterDbtCliRuntimeError as error:
        if storage_fault(error):
            raise
        raise Stop(*workshop.failures(target)) from error
