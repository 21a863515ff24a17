"""The whole house on one page: every asset, the one job, the one schedule."""

from __future__ import annotations

import dagster as dg

from pipelines.schedule import nightly
from pipelines.steps import admitted, build, decide, generation, inbox, judge

walk = dg.define_asset_job(
    "walk", selection=dg.AssetSelection.all(), description="decide, fetch, admit, guard, build, publish"
)

defs = dg.Definitions(
    assets=[decide, inbox, admitted, judge, build, generation],
    jobs=[walk],
    schedules=[nightly(walk)],
    # DuckDB has one writer, and the lock belongs to one process.
    executor=dg.in_process_executor,
)
