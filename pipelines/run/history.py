"""Dagster's history of a town: how long it keeps runs, whose messages may name delivered files."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sources.town.folder import Town

if TYPE_CHECKING:
    from dagster import DagsterInstance


def dagster_folder(town_folder: Path) -> Path:
    """Where a town's Dagster instance lies."""
    return town_folder / "var" / "dagster"


def runs_folder(town_folder: Path) -> Path:
    """Where Dagster keeps the events of a town's runs."""
    return dagster_folder(town_folder) / "history" / "runs"


def forget_old_runs(instance: DagsterInstance, run_id: str, town: Town, now: dt.datetime) -> int:
    """Delete the runs that are older than ``[run] inbox_keep_days``, not the active ``run_id``; returns how many."""
    # Loading Dagster takes seconds; who calls this has done it.
    from dagster import DagsterRunStatus, RunsFilter  # noqa: PLC0415

    waiting = (DagsterRunStatus.QUEUED, DagsterRunStatus.NOT_STARTED, DagsterRunStatus.STARTING)
    before = now.replace(tzinfo=dt.UTC) - dt.timedelta(days=town.run.inbox_keep_days)
    runs = [record.dagster_run for record in instance.get_run_records(RunsFilter(created_before=before))]
    old = [run.run_id for run in runs if run.run_id != run_id and run.status not in waiting]
    home = dagster_folder(town.folder)
    kept_runs = runs_folder(town.folder)
    for name in old:
        instance.delete_run(name)
        # Dagster empties these; the files stay, and what it captured of the steps.
        for path in kept_runs.glob(f"{name}.db*"):
            path.unlink()
        shutil.rmtree(home / "storage" / name, ignore_errors=True)
    if old:
        # SQLite leaves deleted text in its file until the file is written anew.
        with closing(sqlite3.connect(kept_runs / "index.db")) as index:
            index.execute("vacuum")
    return len(old)
