"""Taking the walk from the command line: the same job the web server starts, in this process."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipelines.run import history, inputs, lock
from pipelines.run.outcome import (
    Exit,
    Outcome,
    Stop,
    last_outcome,
    outcome_path,
    record,
    storage_told,
    utc_now,
)
from pipelines.run.settings import TOWN, load_key, project_root
from pipelines.walk import ask, fetch, inbox
from sources.landing.landing import Landing

if TYPE_CHECKING:
    from dagster import ExecuteInProcessResult

# Runs started here must carry the web server's name of this code, or its pages do not list them.
LOCATION = "papierwende"
REPOSITORY_TAG = {".dagster/repository": f"__repository__@{LOCATION}"}
# What Dagster calls after their assets, where everybody says another name.
STEP_OF: Final = {"inbox": "fetch", "admitted": "admit", "generation": "publish"}
COMMAND_LINE: Final = "command_line.yaml"
# What captures the output starts processes that a Ctrl-C reaches too, and they answer it with stack traces.
NOTHING_CAPTURED: Final = """
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
"""


def run(folder: Path, as_of: dt.date | None) -> Outcome:
    """Take the walk; returns how it ended.

    Raises:
        Stop: when the run may not begin.
    """
    town = inputs.town_at(folder)
    load_key(town)
    if as_of is not None:
        inputs.refuse_day(town, Landing(folder), as_of, utc_now())
    with lock.locked(folder), _ending_told(folder):
        if (known := nothing_new(folder, as_of)) is not None:
            record(folder, known)
            return known
        return _take_the_walk(folder, as_of)


@contextmanager
def _ending_told(folder: Path) -> Iterator[None]:
    """What ends a run outside of its steps becomes its outcome too."""
    stood = inputs.published_generation(folder)
    try:
        with storage_told(folder):
            try:
                yield
            except KeyboardInterrupt as interrupt:
                raise inputs.interrupted(folder, "outside of the steps", stood) from interrupt
            finally:
                inputs.forget_handed_on(folder)
    except Stop as stop:
        said = "interrupted" if stop.exit_code is Exit.INTERRUPTED else "stopped outside of the steps"
        # On a disk without any room the terminal alone tells it.
        with suppress(OSError):
            record(folder, Outcome(stop.exit_code, said, sentences=stop.sentences))
        raise


def nothing_new(folder: Path, as_of: dt.date | None) -> Outcome | None:
    """The outcome of a run that would publish what stands already, None when there is something to do.

    Decided before Dagster, dbt and Great Expectations are loaded.
    """
    town = inputs.town_at(folder)
    landing = Landing(folder)
    key = load_key(town)
    asked = fetch.Admission()
    if any(source.connection is not None for source in town.sources):
        if not ask.have_all_landed(town, landing, key):
            return None
        landing.prepare()
        asked = fetch.together(
            fetch.mirror_folders(town, landing), fetch.ask_all(town, landing, key, utc_now(), _say_nothing)
        )
    if asked.folders or asked.refusals or inbox.waiting(town, landing, key):
        return None
    if damaged := inputs.damaged_files(landing):
        raise Stop(Exit.INTEGRITY, damaged)
    day = as_of or inputs.local_day(town, utc_now())
    would_be = inputs.generation_id(day, inputs.input_hash(town, list(landing.manifests()), day))
    if would_be != inputs.published_generation(folder) or not inputs.is_whole(folder / "current"):
        return None
    missing = asked.unreachable + inbox.unreachable(town)
    code = Exit.UNREACHABLE if missing else Exit.PUBLISHED
    return Outcome(code, "nothing new", day.isoformat(), would_be, missing)


def _say_nothing(_name: str, _rows: int) -> None:
    """Nobody watches this question."""


def dagster_home(folder: Path) -> Path:
    """The town's Dagster instance, made when missing, and named in the environment."""
    home = history.dagster_folder(folder).resolve()
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
    home = dagster_home(folder)
    settings = home / COMMAND_LINE
    settings.write_text((home / "dagster.yaml").read_text(encoding="utf-8") + NOTHING_CAPTURED, encoding="utf-8")
    outcome_path(folder).unlink(missing_ok=True)
    # Loading Dagster takes seconds; a run with nothing to do never pays for it.
    from dagster import DagsterInstance  # noqa: PLC0415

    from pipelines.definitions import defs  # noqa: PLC0415

    with (
        DagsterInstance.from_config(str(home), COMMAND_LINE) as instance,
        Path(os.devnull).open("w") as nowhere,
        redirect_stdout(nowhere),
        redirect_stderr(nowhere),
    ):
        ended = defs.resolve_job_def("walk").execute_in_process(
            instance=instance,
            raise_on_error=False,
            tags=REPOSITORY_TAG,
            run_config={
                "ops": {"decide": {"config": {"as_of": as_of.isoformat() if as_of else ""}}},
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
        )
    return last_outcome(folder) or _untold(folder, ended)


def _untold(folder: Path, ended: ExecuteInProcessResult) -> Outcome:
    """The outcome of a run that none of its steps told."""
    for event in ended.all_events:
        source = event.step_failure_data.error_source if event.is_step_failure else None
        # While Dagster writes down what a step yields, no code of the step is there to tell of the interrupt.
        if source is not None and source.value == "INTERRUPT" and event.step_key:
            where = f"in step {STEP_OF.get(event.step_key, event.step_key)}"
            raise inputs.interrupted(folder, where, inputs.published_generation(folder))
    outcome = Outcome(
        Exit.INTERNAL,
        "the run left no outcome",
        sentences=["The run broke outside of its steps; run `papierwende ui` and look at it."],
    )
    record(folder, outcome)
    return outcome
