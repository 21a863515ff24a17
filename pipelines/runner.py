"""Taking the walk from the command line: the same job the web server starts, in this process."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipelines.run import history, lock
from pipelines.run.generation import published_generation
from pipelines.run.outcome import (
    Exit,
    Outcome,
    Stop,
    interrupted,
    last_outcome,
    outcome_path,
    record,
    storage_faults_stop,
    utc_now,
)
from pipelines.run.run import begin
from pipelines.run.settings import project_root, unpack_within
from pipelines.run.unfinished import ended
from pipelines.run.verification import landing_faults, ledger_faults
from pipelines.walk import ask, fetch, inbox
from pipelines.walk.admission import Admission, together
from pipelines.walk.refused_before import refused_before
from pipelines.walk.walk import Walk

if TYPE_CHECKING:
    from dagster import ExecuteInProcessResult

# Runs started here must carry the web server's name of this code, or its pages do not list them.
LOCATION = "papierwende"
REPOSITORY_TAG = {".dagster/repository": f"__repository__@{LOCATION}"}
COMMAND_LINE: Final = "command_line.yaml"
# As dagster.yaml says it.
ONE_AT_ONCE: Final = "max_concurrent_runs: 1"
# What captures the output starts processes that a Ctrl-C reaches too, and they answer it with stack traces.
SETTINGS: Final = """
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
event_log_storage:
  module: pipelines.run.event_log
  class: EventLog
  config:
    base_dir: {history}
"""


def run(folder: Path, as_of: dt.date | None) -> Outcome:
    """Take the walk; returns how it ended.

    Raises:
        Stop: when the run may not begin.
    """
    walk = Walk(folder, begin(folder, as_of, utc_now()))
    with lock.locked(folder), _ending_recorded(folder):
        unpack_within(walk.run.town)
        if (known := nothing_new(walk)) is not None:
            record(folder, known)
            return known
        return _take(walk)


@contextmanager
def _ending_recorded(folder: Path) -> Iterator[None]:
    """What ends a run outside of its steps becomes its outcome too."""
    stood = published_generation(folder)
    try:
        with storage_faults_stop(folder):
            try:
                yield
            except KeyboardInterrupt as interrupt:
                raise interrupted(folder, "outside of the steps", stood) from interrupt
    except Stop as stop:
        said = "interrupted" if stop.exit_code is Exit.INTERRUPTED else "stopped outside of the steps"
        # On a disk without any room only the terminal can show it.
        with suppress(OSError):
            record(folder, Outcome(stop.exit_code, said, sentences=stop.sentences))
        raise


def nothing_new(walk: Walk) -> Outcome | None:
    """The outcome of a run that would publish what stands already, None when there is something to do.

    Decided before Dagster, dbt and Great Expectations are loaded. What systems answered is kept for the walk.
    """
    run = walk.run
    asked = Admission()
    if any(source.connection is not None for source in run.town.sources):
        if not ask.have_all_landed(run):
            return None
        run.landing.prepare()
        asked = walk.elsewhere = together(fetch.mirror_folders(run), fetch.ask_all(run, lambda *_: None))
    refused = refused_before(run.folder, inbox.waiting(run.town, run.landing, run.key))
    if asked.folders or asked.refusals or refused is None:
        return None
    if damaged := landing_faults(run.folder, known=run.remembered) + ledger_faults(run.folder, run.remembered):
        raise Stop(Exit.INTEGRITY, damaged)
    would_be = run.generation([source for source, _ in refused]).id
    if would_be != published_generation(run.folder) or run.remembered.damaged:
        return None
    ended(run.folder)
    missing = asked.unreachable + inbox.unreachable(run.town)
    code = Exit.UNREACHABLE if missing else Exit.WARNINGS if refused else Exit.PUBLISHED
    sentences = [*missing, *(sentence for _, sentence in refused)]
    return Outcome(code, "nothing new", run.day.isoformat(), would_be, sentences)


def dagster_home(folder: Path, at_once: int = 1) -> Path:
    """The Dagster instance of a town, or of towns of which so many run at once; made when missing."""
    home = history.dagster_folder(folder).resolve()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = (project_root() / "dagster.yaml").read_text(encoding="utf-8")
    (home / "dagster.yaml").write_text(settings.replace(ONE_AT_ONCE, f"{ONE_AT_ONCE[:-1]}{at_once}"), encoding="utf-8")
    return home


def workspace_file(folder: Path, at_once: int = 1) -> Path:
    """The workspace the web server and the daemon load."""
    path = dagster_home(folder, at_once) / "workspace.yaml"
    path.write_text(
        f"load_from:\n  - python_module:\n      module_name: pipelines.definitions\n      location_name: {LOCATION}\n"
        f"      executable_path: {sys.executable}\n"
    )
    return path


def _take(walk: Walk) -> Outcome:
    home = dagster_home(walk.folder)
    settings = home / COMMAND_LINE
    more = SETTINGS.format(history=json.dumps(str(history.runs_folder(walk.folder))))
    settings.write_text((home / "dagster.yaml").read_text(encoding="utf-8") + more, encoding="utf-8")
    outcome_path(walk.folder).unlink(missing_ok=True)
    # Loading Dagster takes seconds; a run with nothing to do never pays for it.
    from dagster import DagsterInstance  # noqa: PLC0415

    from pipelines.definitions import of_town  # noqa: PLC0415

    with (
        DagsterInstance.from_config(str(home), COMMAND_LINE) as instance,
        Path(os.devnull).open("w") as nowhere,
        redirect_stdout(nowhere),
        redirect_stderr(nowhere),
    ):
        ended = (
            of_town(walk.folder)
            .resolve_job_def("walk")
            .execute_in_process(
                instance=instance,
                raise_on_error=False,
                tags=REPOSITORY_TAG,
                resources={"walk": walk},
                run_config={
                    "ops": {"decide": {"config": {"as_of": walk.run.day.isoformat()}}},
                    "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                },
            )
        )
    return last_outcome(walk.folder) or _without_outcome(walk.folder, ended)


def _without_outcome(folder: Path, ended: ExecuteInProcessResult) -> Outcome:
    """The outcome of a run that none of its steps recorded."""
    for event in ended.all_events:
        source = event.step_failure_data.error_source if event.is_step_failure else None
        # While Dagster writes down what a step yields, no code of the step is there to tell of the interrupt.
        if source is not None and source.value == "INTERRUPT" and event.step_key:
            raise interrupted(folder, f"in step {event.step_key}", published_generation(folder))
    outcome = Outcome(
        Exit.INTERNAL,
        "the run left no outcome",
        sentences=["The run broke outside of its steps; run `papierwende ui` and look at it."],
    )
    record(folder, outcome)
    return outcome
