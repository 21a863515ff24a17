"""Many towns: each by a process of its own, so many at once, and the fault of one is not another's."""

from __future__ import annotations

import datetime as dt
import os
import threading
import time
from pathlib import Path

import dagster as dg
import pytest
from typer.testing import CliRunner

from pipelines import town_partitions, towns
from pipelines.commands.main import app
from pipelines.definitions import defs
from pipelines.run.bounds import AT_ONCE, bounds_of
from pipelines.run.outcome import Exit, Stop, last_outcome
from pipelines.town_partitions import GENERATION, note_towns, of_towns
from pipelines.towns import Ended, take, take_all, towns_in, usual_at_once, worst
from sources.town.folder import read_town
from tests.towns import KEY, ROWS, deliver, lines, make_town, write_key
from tests.walked import program

DAY = "2026-06-15"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three towns, of which one is broken; their key lies where `init` puts it."""
    config = tmp_path / "config" / "papierwende"
    config.mkdir(parents=True)
    write_key(config / f"{KEY.key_id}.key", KEY)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in ("altstadt", "bruch", "celle"):
        town = make_town(tmp_path / "towns" / name)
        deliver(town, "x.csv", lines(*ROWS))
    toml = tmp_path / "towns" / "bruch" / "town.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace('land = "HB"', 'land = "XX"'), encoding="utf-8")
    return tmp_path / "towns"


def current(town: Path) -> str:
    return (town / "current").resolve().name


@pytest.mark.slow
def test_three_towns_of_which_one_is_broken(folder: Path) -> None:
    done = program({**os.environ}, "towns", "run", str(folder), "--at-once", "2", "--as-of", DAY)
    said = done.stdout.splitlines()
    assert done.returncode == Exit.CONFIGURATION, done.stdout + done.stderr
    assert said[0] == "3 towns, 2 at once."
    by_town = {line.split()[1]: line for line in said[1:4]}
    assert sorted(by_town) == ["altstadt", "bruch", "celle"]
    assert by_town["bruch"].startswith("✗ bruch  2  ")
    assert "land" in by_town["bruch"]
    assert all(by_town[name].startswith(("✓", "!")) for name in ("altstadt", "celle")), said
    assert said[-1] == "2 of 3 towns stand, 1 not: bruch."
    assert current(folder / "altstadt").startswith(DAY)
    assert current(folder / "celle").startswith(DAY)
    assert not (folder / "bruch" / "current").exists()
    again = program({**os.environ}, "towns", "run", str(folder), "--as-of", DAY)
    assert again.returncode == Exit.CONFIGURATION
    assert again.stdout.count("Nothing new") == 2


@pytest.mark.slow
def test_partitions_run_through_dagster(folder: Path) -> None:
    plan = of_towns(folder)
    job = plan.resolve_job_def("town")
    with dg.DagsterInstance.ephemeral() as instance:
        assert note_towns(folder, instance) == ["altstadt", "bruch", "celle"]
        ended = {
            name: job.execute_in_process(instance=instance, partition_key=name, raise_on_error=False)
            for name in ("altstadt", "bruch")
        }
        assert {name: run.success for name, run in ended.items()} == {"altstadt": True, "bruch": False}
        assert instance.get_materialized_partitions(GENERATION) == {"altstadt"}
        failure = ended["bruch"].get_step_failure_events()[0].step_failure_data.error
        assert failure is not None
        assert "ended with 2 (configuration); `papierwende status" in failure.message
        assert "XX" not in failure.message, "what a town's run says stays in its folder"
    assert current(folder / "altstadt")
    outcome = last_outcome(folder / "altstadt")
    assert outcome is not None
    assert outcome.generation_id == current(folder / "altstadt")


def test_partitions_are_the_towns_that_lie_there(folder: Path) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        note_towns(folder, instance)
        make_town(folder / "delmenhorst")
        (folder / "celle" / "town.toml").unlink()
        assert note_towns(folder, instance) == ["altstadt", "bruch", "delmenhorst"]
        assert sorted(instance.get_dynamic_partitions("towns")) == ["altstadt", "bruch", "delmenhorst"]


def test_each_hour_runs_the_towns_that_name_it(folder: Path) -> None:
    toml = folder / "celle" / "town.toml"
    toml.write_text(
        toml.read_text(encoding="utf-8").replace("[run]\n", '[run]\nschedules = ["15 4 * * *"]\n'), encoding="utf-8"
    )
    asked, plan, at = {}, of_towns(folder), dt.datetime(2026, 6, 15, 2, 30, tzinfo=dt.UTC)
    repository = plan.get_repository_def()
    # A schedule asks for an instance that lies on the disk.
    with dg.instance_for_test() as instance:
        for schedule in plan.schedules or ():
            context = dg.build_schedule_context(instance, at, repository_def=repository)
            found = schedule.evaluate_tick(context).run_requests or []  # type: ignore[union-attr]
            asked[schedule.cron_schedule] = [request.partition_key for request in found]  # type: ignore[union-attr]
    # Of a town that cannot be read nobody knows its hours: it runs at night, and the run says why it fails.
    assert asked == {"30 2 * * *": ["altstadt", "bruch"], "15 4 * * *": ["celle"]}


def test_the_environment_names_the_towns(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(towns.TOWNS, str(folder))
    assert [job.name for job in defs().jobs or ()] == ["town"]


def test_a_folder_that_lacks_towns_is_planned_and_told(tmp_path: Path) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        (sensor,) = of_towns(tmp_path).sensors or ()
        told = sensor(dg.build_sensor_context(instance=instance))  # type: ignore[operator]
    assert "holds no town" in told.skip_message


def test_no_more_run_at_once_than_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, counted = 0, 0, threading.Lock()

    def slow(folder: Path, *_: object) -> Ended:
        nonlocal running, most
        with counted:
            running += 1
            most = max(most, running)
        time.sleep(0.05)
        with counted:
            running -= 1
        return Ended(folder.name, 0, "", (), 0)

    monkeypatch.setattr(towns, "take", slow)
    ended = list(take_all([tmp_path / str(n) for n in range(12)], None, 3, lambda _: None))
    assert sorted(one.town for one in ended) == sorted(map(str, range(12)))
    assert 1 <= most <= 3


def test_towns_that_run_at_once_share_memory_and_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town = read_town(folder / "celle")
    alone = bounds_of(town)
    monkeypatch.setenv(AT_ONCE, "4")
    shared = bounds_of(town)
    assert shared.memory == pytest.approx(alone.memory / 4, rel=0.01)
    assert shared.spill < alone.spill / 3
    assert usual_at_once() == 4
    monkeypatch.delenv(AT_ONCE)
    monkeypatch.setattr(towns, "machine_memory", lambda: 1 << 30)
    assert usual_at_once() == 1


@pytest.mark.parametrize("name", ["a,b", "a[1]", "a...b", "a'b"])
def test_a_name_that_no_partition_can_have_is_refused(tmp_path: Path, name: str) -> None:
    make_town(tmp_path / name)
    with pytest.raises(Stop, match="cannot be called so") as stop:
        towns_in(tmp_path)
    assert (stop.value.exit_code, len(stop.value.sentences)) == (Exit.CONFIGURATION, 1)


def test_folders_that_are_no_towns_are_left_alone(folder: Path) -> None:
    (folder / "var").mkdir()
    make_town(folder / ".hidden")
    (folder / "readme.txt").write_text("x")
    assert [path.name for path in towns_in(folder)] == ["altstadt", "bruch", "celle"]


def test_one_key_for_many_towns_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(folder / "one.key"))
    done = CliRunner().invoke(app, ["towns", "run", str(folder)])
    assert isinstance(done.exception, Stop)
    assert "names the key of one town" in str(done.exception)


def test_a_run_that_is_killed_is_told(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "papierwende"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nkill -9 $$\n")
    program.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(program.with_name("python")))
    ended = take(folder / "celle", None, 1)
    assert (ended.exit_code, ended.is_published) == (Exit.INTERNAL, False)
    assert "killed by signal 9" in ended.said


@pytest.mark.parametrize(
    ("codes", "code"), [([], 0), ([0, 0], 0), ([0, 3], 3), ([5, 3], 5), ([3, 2, 8], 8), ([0, 130, 70], 130), ([99], 70)]
)
def test_the_exit_code_is_that_of_the_town_that_needs_somebody_most(codes: list[int], code: int) -> None:
    assert worst(codes) == code


def test_what_dagster_keeps_of_an_ending_names_no_data(tmp_path: Path) -> None:
    assert town_partitions.told(2, tmp_path) == (
        f"ended with 2 (configuration); `papierwende status {tmp_path}` tells more."
    )
    assert town_partitions.told(99, tmp_path).startswith("ended with 99 (unknown)")
    assert os.sep in town_partitions.told(0, tmp_path)
