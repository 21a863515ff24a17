"""When the walk is taken by itself: once a night."""

from __future__ import annotations

import dagster as dg

NIGHTLY = "30 2 * * *"


def nightly(job: dg.UnresolvedAssetJobDefinition) -> dg.ScheduleDefinition:
    """Half past two in the German night, when portals have written their day's files."""
    return dg.ScheduleDefinition(
        name="nightly",
        job=job,
        cron_schedule=NIGHTLY,
        execution_timezone="Europe/Berlin",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Takes the walk every night; a night with nothing new publishes the next day's ages.",
    )
