"""The whole house on one page: every asset, the one job, when it runs. To import it does nothing and needs no town."""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg

from pipelines import steps
from pipelines.run.outcome import Exit, Stop
from pipelines.run.settings import TOWN, town_folder
from pipelines.schedule import new_files, schedules, source_assets, town_in
from pipelines.town_partitions import of_towns
from pipelines.towns import TOWNS
from pipelines.walk.parsed import parsed_models
from pipelines.walk.walk import Walk


@dg.definitions
def defs() -> dg.Definitions:
    """What Dagster's own programs load: the town or the towns that the environment names, or the plan without one."""
    if towns := os.environ.get(TOWNS):
        return of_towns(Path(towns))
    return of_town(town_folder())


def of_town(folder: Path | None) -> dg.Definitions:
    """The assets and the job of a town; without one there are no sources and nothing can run."""
    manifest = parsed_models(folder)
    build = steps.build_of(manifest)
    taken = [steps.decide, steps.inbox_files, steps.admitted, steps.landing, build, steps.publish_of(build, manifest)]
    job = dg.define_asset_job(
        "walk", dg.AssetSelection.assets(*taken), description="decide, fetch, admit, guard, build, publish"
    )
    town = town_in(folder)
    return dg.Definitions(
        assets=[*taken, *source_assets(town)],
        jobs=[job],
        schedules=schedules(job, town),
        sensors=[new_files(job, folder)],
        resources={"walk": dg.ResourceDefinition(lambda _context: _walk(folder))},
        # DuckDB has one writer, the lock belongs to one process, and what steps hand on stays in its memory.
        executor=dg.in_process_executor,
    )


def _walk(folder: Path | None) -> Walk:
    if folder is None:
        raise Stop(Exit.CONFIGURATION, f"{TOWN} is not set; set it to the town's folder.")
    return Walk(folder)
