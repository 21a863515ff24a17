"""What the history keeps of a run goes when the inbox's files do."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from pipelines.run.history import dagster_folder, forget_old_runs
from pipelines.run.outcome import utc_now
from sources.town.folder import Town, read_town
from tests.towns import make_town

NAME = "meldung_mueller.csv"


@dg.op
def refuse() -> None:
    raise ValueError(f"{NAME}: refused.")


@dg.job
def refusing() -> None:
    refuse()


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A town that keeps its inbox for thirty days."""
    return read_town(make_town(tmp_path / "town"))


@pytest.fixture
def instance(town: Town) -> Iterator[dg.DagsterInstance]:
    """The town's Dagster instance."""
    home = dagster_folder(town.folder)
    home.mkdir(parents=True)
    (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", encoding="utf-8")
    with dg.DagsterInstance.from_config(str(home)) as opened:
        yield opened


def refused_run(instance: dg.DagsterInstance) -> str:
    return refusing.execute_in_process(instance=instance, raise_on_error=False).run_id


def naming(town: Town) -> list[Path]:
    files = [path for path in dagster_folder(town.folder).rglob("*") if path.is_file()]
    return [path for path in files if NAME.encode() in path.read_bytes()]


def test_an_old_run_leaves_no_name_behind(town: Town, instance: dg.DagsterInstance) -> None:
    run = refused_run(instance)
    assert naming(town)
    assert forget_old_runs(instance, "the active one", town, utc_now() + dt.timedelta(days=31)) == 1
    assert naming(town) == []
    assert instance.get_run_by_id(run) is None
    assert list(dagster_folder(town.folder).rglob(f"*{run}*")) == []


def test_a_young_run_and_the_active_one_stay(town: Town, instance: dg.DagsterInstance) -> None:
    young = refused_run(instance)
    assert forget_old_runs(instance, "the active one", town, utc_now() + dt.timedelta(days=29)) == 0
    assert forget_old_runs(instance, young, town, utc_now() + dt.timedelta(days=31)) == 0
    assert instance.get_run_by_id(young) is not None


def test_a_run_that_waits_stays(town: Town, instance: dg.DagsterInstance) -> None:
    waiting = instance.create_run_for_job(refusing, status=dg.DagsterRunStatus.NOT_STARTED).run_id
    assert forget_old_runs(instance, "the active one", town, utc_now() + dt.timedelta(days=31)) == 0
    assert instance.get_run_by_id(waiting) is not None
