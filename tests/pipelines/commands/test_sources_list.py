"""How a town's sources stand: what waits, what landed, how old it is."""

import datetime as dt
from pathlib import Path

import pytest

from pipelines.tools.inspection import standings
from sources.town.folder import read_town
from tests.pipelines.commands.test_sources import CAMUNDA
from tests.pipelines.walk.admissions import admit_and_land
from tests.towns import KEY, PORTAL, ROWS, deliver, lines, make_town


def test_a_source_tells_what_waits_and_what_landed(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town", PORTAL.replace("encoding", "expected_every_days = 7\nencoding"))
    deliver(folder, "a.csv", lines(*ROWS))
    admit_and_land(folder)
    deliver(folder, "b.csv", lines(ROWS[0].replace("BHV-1", "BHV-9")))
    (standing,) = standings(read_town(folder), KEY)
    assert (standing.waiting, standing.landed, standing.newest_day) == (1, 1, dt.date(2026, 3, 5))
    assert standing.is_late


def test_a_source_that_has_ended_is_never_late(tmp_path: Path) -> None:
    ended = "expected_every_days = 7\nended_on = 2026-03-31\nencoding"
    folder = make_town(tmp_path / "town", PORTAL.replace("encoding", ended))
    deliver(folder, "a.csv", lines(*ROWS))
    admit_and_land(folder)
    (standing,) = standings(read_town(folder), KEY)
    assert not standing.is_late


def test_ages_are_calendar_days_of_the_town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half an hour over midnight is another day, in the town's zone and not in UTC."""
    folder = make_town(tmp_path / "town")
    deliver(folder, "a.csv", lines("BHV-1;Eingang;05.03.2026 00:10;Post"))
    admit_and_land(folder)
    monkeypatch.setattr("pipelines.tools.inspection.utc_now", lambda: dt.datetime(2026, 3, 5, 23, 20))
    (standing,) = standings(read_town(folder), KEY)
    assert (standing.newest_day, standing.age_days) == (dt.date(2026, 3, 5), 1)


def test_a_source_without_a_promise_is_never_late(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town")
    (empty,) = standings(read_town(folder), KEY)
    assert (empty.waiting, empty.landed, empty.newest_day, empty.age_days, empty.is_late) == (
        0,
        0,
        None,
        None,
        False,
    )


def test_a_system_that_is_asked_has_no_files(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town", CAMUNDA)
    (standing,) = standings(read_town(folder), KEY)
    assert standing.waiting is None
