"""Taking the walk from the command line: the same job the web server starts, in this process."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
from contextlib import redirect_stdout
from pathlib import Path

from pipelines import asking, fetch, inbox, lock, walk
from pipelines.outcome import Exit, Outcome, Stop, last_outcome, outcome_path, record, storage_told, utc_now
from pipelines.settings import TOWN, load_key, project_root
from sources.landing import Landing

# Runs started here must carry the web server's name of this code, or its pages do not list them.
LOCATION = "papierwende"
REPOSITORY_TAG = {".dagster/repository": f"__repository__@{LOCATION}"}


def run(folder: Path, as_of: dt.date | None) -> Outcome:
    """Take the walk; returns how it ended.

    Raises:
        Stop: when the run may not begin.
    """
    town = walk.town_at(folder)
    load_key(town)
    if as_of is not None:
        walk.refuse_day(town, Landing(folder), as_of, utc_now())
    with lock.locked(folder), storage_told(folder):
        if (known := nothing_new(folder, as_of)) is not None:
            record(folder, known)
            return known
        return _take_the_walk(folder, as_of)


def nothing_new(folder: Path, as_of: dt.date | None) -> Outcome | None:
    """The outcome of a run that would publish what stands already, None when there is something to do.

    Decided before Dagster, dbt and Great Expectations are loaded.
    """
    town = walk.town_at(folder)
    landing = Landing(folder)
    key = load_key(town)
    asked = fetch.Admission()
    if any(source.connection is not None for source in town.sources):
        if not asking.have_all_landed(town, landing, key):
            return None
        landing.prepare()
        asked = fetch.together(
            fetch.mirror_folders(town, landing), fetch.ask_all(town, landing, key, utc_now(), _say_nothing)
        )
    if asked.folders or asked.refusals or inbox.waiting(town, landing, key):
        return None
    if damaged := walk.damaged_files(landing):
        raise Stop(Exit.INTEGRITY, damaged)
    day = as_of or walk.local_day(town, utc_now())
    would_be = walk.generation_id(day, walk.input_hash(town, list(landing.manifests()), day))
    if would_be != walk.published_generation(folder) or not walk.is_whole(folder / "current"):
        return None
    missing = asked.unreachable + inbox.unreachable(town)
    code = Exit.UNREACHABLE if missing else Exit.PUBLISHED
    return Outcome(code, "nothing new", day.isoformat(), would_be, missing)


def _say_nothing(_name: str, _rows: int) -> None:
    """Nobody watches this question."""


def dagster_home(folder: Path) -> Path:
    """The town's Dagster instance, made when missing, and named in the environment."""
    home = (folder / "var" / "dagster").resolve()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(project_root() / "dagster.yaml", home / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ[TOWN] = str(folder.resolve())
    return home


def workspace_file(folder: Path) -> Path:
    """The workspace the web server and the daemon load."""
    path = dagster_home(folder) / "workspace.yaml"
    path.write_text(
        f"load_from:\n  - python_module:\n      module_name: pipelines.definitions\n      location_name: {LOCATION}\n"
        f"      executable_path: {sys.executable}\n"
    )
    return path


def _take_the_walk(folder: Path, as_of: dt.date | None) -> Outcome:
    dagster_home(folder)
    outcome_path(folder).unlink(missing_ok=True)
    # Loading Dagster takes seconds; a run with nothing to do never pays for it.
    from dagster import DagsterInstance  # noqa: PLC0415

    from pipelines.definitions import defs  # noqa: PLC0415

    with DagsterInstance.get() as instance, Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        defs.resolve_job_def("walk").execute_in_process(
            instance=instance,
            raise_on_error=False,
            tags=REPOSITORY_TAG,
            run_config={
                "ops": {"decide": {"config": {"as_of": as_of.isoformat() if as_of else ""}}},
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
        )
    outcome = last_outcome(folder)
    return outcome or Outcome(
        Exit.INTERNAL,
        "the run left no outcome",
        sentences=["The run broke before its first step; run `papierwende ui` and look at it."],
    )
