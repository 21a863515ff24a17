"""Small units: who is merged into whom, and whose times are kept to the day."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from sources.door.units import Settled, Units
from sources.town.folder import read_town
from tests.towns import PARAMETERS, make_town


def units(tmp_path: Path, privacy: str = "", offices: str = PARAMETERS["offices"]) -> Units:
    return Units(read_town(make_town(tmp_path / "town", parameters={"offices": offices}, privacy=privacy)))


@pytest.mark.parametrize(
    ("unit", "stands", "to_the_day"),
    [
        ("buergeramt", "buergeramt", False),
        ("standesamt", "buergeramt", True),
        ("archiv", "archiv", True),
        ("not-in-any-file", "not-in-any-file", True),
        (None, None, False),
    ],
)
def test_a_unit_is_settled_by_its_staff(tmp_path: Path, unit: str | None, stands: str | None, to_the_day: bool) -> None:
    assert units(tmp_path).settle(unit) == Settled(stands, to_the_day)


def test_a_small_unit_skips_parents_that_are_small_too(tmp_path: Path) -> None:
    offices = PARAMETERS["offices"].replace("20-49", "1-4")
    assert units(tmp_path, offices=offices).settle("standesamt") == Settled("rathaus", to_the_day=True)


def test_a_small_unit_without_a_parent_is_not_named(tmp_path: Path) -> None:
    offices = PARAMETERS["offices"] + "kiosk;Kiosk;;;1-4\n"
    assert units(tmp_path, offices=offices).settle("kiosk") == Settled(None, to_the_day=True)


def test_a_raised_threshold_merges_more(tmp_path: Path) -> None:
    raised = units(tmp_path, privacy="staff_threshold = 30")
    assert raised.settle("buergeramt") == Settled("rathaus", to_the_day=True)


def test_a_band_counts_with_its_lower_bound(tmp_path: Path) -> None:
    assert units(tmp_path, privacy="staff_threshold = 20").settle("buergeramt") == Settled(
        "buergeramt", to_the_day=False
    )
    offices = PARAMETERS["offices"].replace("20-49", "5-9")
    small = Units(read_town(make_town(tmp_path / "b", parameters={"offices": offices}, privacy="staff_threshold = 6")))
    assert small.settle("buergeramt") == Settled("rathaus", to_the_day=True)


@pytest.mark.parametrize("unit", ["standesamt", "archiv", "not-in-any-file"])
def test_a_test_town_may_switch_the_thresholds_off(tmp_path: Path, unit: str) -> None:
    assert units(tmp_path, privacy="thresholds_off = true").settle(unit) == Settled(unit, to_the_day=False)


@pytest.mark.parametrize(
    ("instant", "midnight"),
    [
        (dt.datetime(2026, 1, 5, 12, 30), dt.datetime(2026, 1, 4, 23)),
        (dt.datetime(2026, 7, 5, 22, 30), dt.datetime(2026, 7, 5, 22)),
        (dt.datetime(2026, 3, 29, 10), dt.datetime(2026, 3, 28, 23)),
        (dt.datetime(2026, 10, 25, 10), dt.datetime(2026, 10, 24, 22)),
        (dt.datetime(2026, 10, 25, 22, 59), dt.datetime(2026, 10, 24, 22)),
    ],
)
def test_a_time_is_kept_to_its_local_day(tmp_path: Path, instant: dt.datetime, midnight: dt.datetime) -> None:
    assert units(tmp_path).local_midnight(pl.Series([instant])).to_list() == [midnight]


def test_a_case_without_an_office_belongs_to_its_services(tmp_path: Path) -> None:
    in_charge = units(tmp_path).offices_in_charge(
        pl.Series(["archiv", None, None, None]), pl.Series(["trauung", "trauung", "unlisted", None])
    )
    assert in_charge.to_list() == ["archiv", "standesamt", None, None]
