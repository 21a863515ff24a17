"""Many towns in Dagster: a partition per town, each run a process that runs one town and touches no other."""

# Dagster reads these annotations as objects: they must not be postponed.
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import dagster as dg

from pipelines.run.outcome import Exit, Stop
from pipelines.schedule import NIGHTLY, town_in
from pipelines.towns import take, towns_in, usual_at_once

PARTITIONS: Final = dg.DynamicPartitionsDefinition(name="towns")
GENERATION: Final = dg.AssetKey(["towns", "generation"])
ZONE: Final = "Europe/Berlin"
LOOK_EVERY_SECONDS: Final = 300


def of_towns(folder: Path) -> dg.Definitions:
    """One asset with a partition per town below a folder, its job, and a schedule per hour that a town names."""

    @dg.asset(key=GENERATION, partitions_def=PARTITIONS, group_name="towns")
    def generation(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        """The generation a town publishes; how the run ended, and what it had to say, lies in the town's folder."""
        town = context.partition_key
        if town not in (known := [path.name for path in towns_in(folder)]):
            raise dg.Failure(f"{folder / town}: is no town; there are {', '.join(known)}.", allow_retries=False)
        ended = take(folder / town, None, usual_at_once())
        if not ended.is_published:
            # Sentences may name delivered files, and Dagster would keep them.
            raise dg.Failure(f"{town}: {told(ended.exit_code, folder / town)}", allow_retries=False)
        return dg.MaterializeResult(metadata={"exit_code": ended.exit_code, "seconds": round(ended.seconds, 1)})

    job = dg.define_asset_job("town", dg.AssetSelection.assets(generation), description="decide … publish, of one town")
    return dg.Definitions(
        assets=[generation],
        jobs=[job],
        schedules=[_schedule(job, folder, *when) for when in sorted(_hours(folder))],
        sensors=[_new_towns(job, folder)],
        executor=dg.in_process_executor,
    )


def told(exit_code: int, folder: Path) -> str:
    """How a town's run ended without anything of the town's data."""
    name = Exit(exit_code).name.lower() if exit_code in {*Exit} else "unknown"
    return f"ended with {exit_code} ({name}); `papierwende status {folder}` tells more."


def note_towns(folder: Path, instance: dg.DagsterInstance) -> list[str]:
    """Make the partitions those towns that lie in the folder now; returns their names."""
    names, before = [path.name for path in towns_in(folder)], set(instance.get_dynamic_partitions("towns"))
    if new := [name for name in names if name not in before]:
        instance.add_dynamic_partitions("towns", new)
    for gone in sorted(before.difference(names)):
        instance.delete_dynamic_partition("towns", gone)
    return names


def _hours(folder: Path) -> set[tuple[str, str]]:
    """Each hour at which a town wants to be run, with its zone; one that is not in order is run at night, and told."""
    hours = {(NIGHTLY, ZONE)}
    for path in _towns(folder):
        if town := town_in(path):
            hours |= {(hour, town.setting.timezone) for hour in town.run.schedules}
    return hours


def _towns(folder: Path) -> list[Path]:
    try:
        return towns_in(folder)
    except Stop:
        return []


def _schedule(job: "dg.UnresolvedAssetJobDefinition", folder: Path, hour: str, zone: str) -> dg.ScheduleDefinition:
    def wanted(path: Path) -> bool:
        town = town_in(path)
        return (hour, zone) in ({(h, town.setting.timezone) for h in town.run.schedules} if town else {(NIGHTLY, ZONE)})

    def runs(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
        note_towns(folder, context.instance)
        for path in filter(wanted, towns_in(folder)):
            yield dg.RunRequest(run_key=f"{path.name} {context.scheduled_execution_time}", partition_key=path.name)

    words = "".join(sign if sign.isalnum() else "_" for sign in f"{hour} {zone}")
    return dg.ScheduleDefinition(
        name=f"at_{words}",
        job=job,
        cron_schedule=hour,
        execution_timezone=zone,
        execution_fn=runs,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Runs each town whose [run] schedules name this hour.",
    )


def _new_towns(job: "dg.UnresolvedAssetJobDefinition", folder: Path) -> dg.SensorDefinition:
    @dg.sensor(
        job=job,
        name="new_towns",
        minimum_interval_seconds=LOOK_EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Looks every five minutes which towns there are.",
    )
    def look(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        try:
            return dg.SkipReason(f"{len(note_towns(folder, context.instance))} towns.")
        except Stop as stop:
            return dg.SkipReason(str(stop))

    return look
