"""When runs start by themselves, and which source is overdue: Dagster's own objects, evaluated as its daemon does."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import dagster as dg
import pytest

from pipelines.schedule import new_files, schedules, source_assets, town_in
from tests.pipelines.walk.admissions import admit_and_land
from tests.towns import PORTAL, ROWS, deliver, key_file, lines, make_town


@dg.op
def nothing() -> None:
    """Stands where the walk's first step does."""


@dg.job
def walk() -> None:
    nothing()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = make_town(tmp_path / "town", PORTAL.replace('format = "csv"', 'format = "csv"\nexpected_every_days = 3'))
    monkeypatch.setenv("PAPIERWENDE_KEY_FILE", str(key_file(made)))
    return made


def look(folder: Path | None) -> dg.RunRequest | dg.SkipReason:
    with dg.instance_for_test() as instance:
        tick = new_files(walk, folder).evaluate_tick(dg.build_sensor_context(instance))
    return tick.run_requests[0] if tick.run_requests else dg.SkipReason(tick.skip_message)


def test_a_file_in_the_inbox_asks_for_one_run_and_the_same_file_for_no_second(folder: Path) -> None:
    deliver(folder, "a.csv", lines(*ROWS))
    first, second = look(folder), look(folder)
    assert isinstance(first, dg.RunRequest) and isinstance(second, dg.RunRequest)
    assert first.run_key == second.run_key, "Dagster starts one run per key"
    deliver(folder, "b.csv", lines(*ROWS[:1]))
    third = look(folder)
    assert isinstance(third, dg.RunRequest) and third.run_key != first.run_key


def test_nothing_new_asks_for_no_run(folder: Path) -> None:
    deliver(folder, "a.csv", lines(*ROWS))
    admit_and_land(folder)
    assert look(folder).skip_message == "No new file waits in the inbox."  # type: ignore[union-attr]


def test_a_town_that_is_not_in_order_is_told_and_starts_nothing(folder: Path) -> None:
    (folder / "town.toml").write_text("[town\n", encoding="utf-8")
    assert "town.toml: not valid TOML" in look(folder).skip_message  # type: ignore[union-attr]
    assert [schedule.name for schedule in schedules(walk, town_in(folder))] == ["nightly"]  # type: ignore[arg-type]
    assert source_assets(town_in(folder)) == []


def test_runs_start_at_the_towns_hours_in_its_zone(folder: Path) -> None:
    toml = folder / "town.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(text.replace("[run]", '[run]\nschedules = ["30 2 * * *", "15 12 * * 1-5"]'), encoding="utf-8")
    found = schedules(walk, town_in(folder))  # type: ignore[arg-type]
    assert [(s.name, s.cron_schedule, s.execution_timezone) for s in found] == [
        ("nightly", "30 2 * * *", "Europe/Berlin"),
        ("walk_2", "15 12 * * 1-5", "Europe/Berlin"),
    ]


def test_a_source_is_overdue_after_its_days(folder: Path) -> None:
    (asset,) = source_assets(town_in(folder))
    assert asset.key == dg.AssetKey(["source", "portal"])
    assert asset.freshness_policy == dg.FreshnessPolicy.time_window(dt.timedelta(days=3))


def test_without_a_town_nothing_is_asked_for_and_the_hours_are_the_usual_ones() -> None:
    assert look(None).skip_message == "PAPIERWENDE_TOWN is not set; set it to the town's folder."  # type: ignore[union-attr]
    assert [schedule.name for schedule in schedules(walk, town_in(None))] == ["nightly"]  # type: ignore[arg-type]
