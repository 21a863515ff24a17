"""The plan Dagster loads: importing it does nothing, listing it needs no town, and no part of the walk runs alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from pipelines.definitions import of_town
from pipelines.run.outcome import Outcome, record
from pipelines.stepping import STEPS
from pipelines.walk.walk import TAKEN_WHOLE
from tests.house.blueprint import ROOT, models
from tests.towns import ROWS, deliver, key_file, lines, make_town

IMPORTED = """
import os, polars, dagster_dbt
before = dict(os.environ)
import pipelines.definitions
assert dict(os.environ) == before
"""


def bare(folder: Path) -> dict[str, str]:
    """An environment that names no town."""
    named = {name: value for name, value in os.environ.items() if not name.startswith(("PAPIERWENDE_", "DAGSTER_"))}
    return {**named, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)}


def test_importing_the_plan_changes_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED], cwd=tmp_path, env=bare(tmp_path), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_plan_is_valid_without_a_town_and_leaves_nothing(tmp_path: Path) -> None:
    dagster = Path(sys.executable).with_name("dagster")
    done = subprocess.run(
        [dagster, "definitions", "validate", "-m", "pipelines.definitions"],
        cwd=tmp_path,
        env=bare(tmp_path),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    assert "All code locations passed validation." in done.stdout
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town in which a file waits and a run ended."""
    made = make_town(tmp_path_factory.mktemp("plan") / "town")
    deliver(made, "a.csv", lines(*ROWS))
    record(made, Outcome(3, "published", "2026-06-14", "2026-06-14-abc"))
    return made


@pytest.fixture(scope="module")
def plan(folder: Path) -> dg.Definitions:
    return of_town(folder)


def test_models_stand_in_the_group_of_their_folder(plan: dg.Definitions) -> None:
    graph = plan.resolve_asset_graph()
    groups = {key.path[-1]: graph.get(key).group_name for key in graph.executable_asset_keys}
    assert {model.name: groups[model.name] for model in models()} == {
        model.name: model.path.parent.name for model in models()
    }


def state(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and "dbt" not in path.parts}


def refusal(job: dg.JobDefinition, **selection: object) -> set[str]:
    """What the steps of a part of the walk failed with."""
    ended = job.execute_in_process(raise_on_error=False, **selection)  # type: ignore[arg-type]
    assert not ended.success
    failed = [event.step_failure_data for event in ended.all_events if event.is_step_failure]
    return {str(failure.user_failure_data and failure.user_failure_data.description) for failure in failed}


ONE_OF_EACH_STEP = ["town/services", "inbox", "admitted", "landing/events", "monitor/fct_cases", "generation"]


@pytest.mark.parametrize("asset", ONE_OF_EACH_STEP)
def test_a_single_asset_says_in_one_sentence_why_it_does_not_run_alone(
    folder: Path, plan: dg.Definitions, monkeypatch: pytest.MonkeyPatch, asset: str
) -> None:
    monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(key_file(folder)))
    before = state(folder)
    job = plan.resolve_implicit_global_asset_job_def()
    assert refusal(job, asset_selection=[dg.AssetKey(asset.split("/"))]) == {TAKEN_WHOLE}
    assert state(folder) == before


def test_each_step_is_asked_for_one_of_its_assets(plan: dg.Definitions) -> None:
    graph = plan.resolve_asset_graph()
    asked = {graph.get(dg.AssetKey(asset.split("/"))).assets_def.op.name for asset in ONE_OF_EACH_STEP}
    assert asked == set(STEPS)


@pytest.mark.parametrize("left_out", ["monitor/fct_cases", "town/services", "landing/counts", "generation"])
def test_the_walk_without_one_asset_is_a_part_of_it(folder: Path, plan: dg.Definitions, left_out: str) -> None:
    before = state(folder)
    keys = plan.resolve_asset_graph().executable_asset_keys - {dg.AssetKey(left_out.split("/"))}
    assert refusal(plan.resolve_job_def("walk"), asset_selection=sorted(keys)) == {TAKEN_WHOLE}
    assert state(folder) == before


@pytest.mark.parametrize("first", STEPS[1:])
def test_a_run_that_begins_in_the_middle_is_refused(folder: Path, plan: dg.Definitions, first: str) -> None:
    """What Dagster's page offers after a failure: to start again from the step that failed."""
    before = state(folder)
    assert refusal(plan.resolve_job_def("walk"), op_selection=[f"{first}*"]) == {TAKEN_WHOLE}
    assert state(folder) == before


def test_without_a_town_a_run_says_what_to_set() -> None:
    with pytest.raises(dg.DagsterResourceFunctionError) as failed:
        of_town(None).resolve_job_def("walk").execute_in_process()
    assert str(failed.value.__cause__) == "PAPIERWENDE_TOWN is not set; set it to the town's folder."
