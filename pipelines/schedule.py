"""When the walk is taken by itself: at the town's hours, and when files lie in the inbox; and how old data may be."""

from __future__ import annotations

import datetime as dt
import hashlib
from contextlib import suppress
from pathlib import Path

import dagster as dg

from pipelines.run.outcome import Stop
from pipelines.run.settings import TOWN, load_key, town_at
from pipelines.walk.inbox import waiting
from sources.landing.landing import Landing
from sources.town.folder import Town

NIGHTLY = "30 2 * * *"
LOOK_EVERY_SECONDS = 300


def schedules(job: dg.UnresolvedAssetJobDefinition, town: Town | None) -> list[dg.ScheduleDefinition]:
    """One schedule per line of ``[run] schedules``: systems are asked and files taken at these hours."""
    hours = town.run.schedules if town else (NIGHTLY,)
    return [
        dg.ScheduleDefinition(
            name="nightly" if hour == NIGHTLY else f"walk_{number}",
            job=job,
            cron_schedule=hour,
            execution_timezone=town.setting.timezone if town else "Europe/Berlin",
            default_status=dg.DefaultScheduleStatus.RUNNING,
            description="Takes the walk; a night with nothing new publishes the next day's ages.",
        )
        for number, hour in enumerate(hours, start=1)
    ]


def new_files(job: dg.UnresolvedAssetJobDefinition, folder: Path | None) -> dg.SensorDefinition:
    """Takes the walk when whole files wait in the inbox; the same files ask for one run only."""

    @dg.sensor(
        job=job,
        name="new_files",
        minimum_interval_seconds=LOOK_EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Looks into the inbox every five minutes.",
    )
    def look() -> dg.RunRequest | dg.SkipReason:
        if folder is None:
            return dg.SkipReason(f"{TOWN} is not set; set it to the town's folder.")
        try:
            town = town_at(folder)
            found = waiting(town, Landing(town.folder), load_key(town))
        except Stop as stop:
            return dg.SkipReason(str(stop))
        if not found:
            return dg.SkipReason("No new file waits in the inbox.")
        files = "".join(file.identity.delivery_id + file.identity.mapping_sha256 for file in found)
        return dg.RunRequest(run_key=hashlib.sha256(files.encode()).hexdigest())

    return look


def source_assets(town: Town | None) -> list[dg.AssetSpec]:
    """Each source of the town as an asset outside of Dagster; overdue when it has not delivered for its days."""
    return [
        dg.AssetSpec(
            ["source", source.name],
            group_name="fetch",
            description=f"{source.system}, {source.format}",
            freshness_policy=dg.FreshnessPolicy.time_window(dt.timedelta(days=source.expected_every_days))
            if source.expected_every_days
            else None,
        )
        for source in (town.sources if town else ())
    ]


def town_in(folder: Path | None) -> Town | None:
    """The town, None while it is not in order: the page still loads, and the run's first step says what is wrong."""
    with suppress(Stop):
        return town_at(folder) if folder else None
    return None
