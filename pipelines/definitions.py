"""The whole house on one page: every asset, the one job, when it runs."""

from __future__ import annotations

import dagster as dg

from pipelines.schedule import new_files, schedules, source_assets
from pipelines.steps import admitted, build, decide, generation, inbox, judge

walk = dg.define_asset_job(
    "walk",
    selection=dg.AssetSelection.assets(decide, inbox, admitted, judge, build, generation),
    description="decide, fetch, admit, guard, build, publish",
)

defs = dg.Definitions(
    assets=[decide, inbox, admitted, judge, build, generation, *source_assets()],
    jobs=[walk],
    schedules=schedules(walk),
    sensors=[new_files(walk)],
    # DuckDB has one writer, and the lock belongs to one process.
    executor=dg.in_process_executor,
)
