"""The cells of a claim: they add up to it, count the cases of the log, and say by hand which way they came."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from pipelines.estimates.frames import savings_frame
from tests.pipelines.estimates.habits import Habits
from tests.pipelines.estimates.tables import month_of
from tests.pipelines.estimates.traps import LIVE, SERVICE, Trap, cases, measure, others, trap
from tests.pipelines.estimates.twins import Town, twin_town

MONTHS = 60
FAR = 42
KEY = ["measure_id", "service_code", "month"]


def cells_of(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("span") == "cell")


@pytest.fixture(scope="module")
def town() -> Town:
    """Eight measures beside four services without one."""
    return twin_town(5, Habits(measures=8, untreated=4, months=48, first_live=26, last_live=30))


@pytest.fixture(scope="module")
def frame(town: Town) -> pl.DataFrame:
    return savings_frame(town.cohorts, town.claims, town.minutes, town.end, 5)


def test_the_cells_of_a_month_add_up_to_what_it_claims(frame: pl.DataFrame) -> None:
    months = frame.filter(
        (pl.col("span") == "month") & (pl.col("service_code") != "all") & pl.col("minutes").is_not_null()
    )
    summed = cells_of(frame).group_by(KEY).agg(pl.sum("minutes", "efficiency_minutes"))
    joined = months.join(summed, on=KEY, how="left", suffix="_of_cells")
    assert joined.height > 100
    for name in ("minutes", "efficiency_minutes"):
        off = joined.select((pl.col(name) - pl.col(f"{name}_of_cells")).abs().max()).item()
        assert off < 1e-6, name


def test_a_cell_counts_the_cases_of_the_log(town: Town, frame: pl.DataFrame) -> None:
    place = ["service_code", "case_type", "intake_channel", "month"]
    cells = cells_of(frame).filter(pl.col("claimed_cases") > 0)
    counted = cells.join(town.cohorts, on=place, how="left")
    assert counted.height == cells.height
    assert (counted["claimed_cases"] == counted["received_cases"]).all()
    asked = town.cohorts.join(cells.select("service_code", "month").unique(), on=["service_code", "month"])
    assert asked.select(pl.sum("received_cases")).item() == cells.select(pl.sum("claimed_cases")).item()


def test_as_many_cases_come_with_as_without(frame: pl.DataFrame) -> None:
    """Only their way differs: of each case type the same number, before and after."""
    types = cells_of(frame).group_by(*KEY, "case_type").agg(pl.sum("cases_without", "cases_with"))
    assert types.select((pl.col("cases_without") - pl.col("cases_with")).abs().max()).item() < 0.01


def test_another_way_saves_what_the_cases_that_moved_took(town: Town) -> None:
    """By hand from the columns, where minutes fell by a fifth at the go-live and were timed anew: the chance in the draws
    of minutes is no effect of another way."""
    live = town.claims.select("service_code", pl.col("went_live_on").alias("valid_from"))
    fallen = town.minutes.drop("valid_from").join(live, on="service_code").select(town.minutes.columns)
    fallen = fallen.with_columns(pl.col("minutes") * 0.8)
    frame = savings_frame(town.cohorts, town.claims, pl.concat([town.minutes, fallen]), town.end, 5)
    moved = pl.col("cases_without") - pl.col("cases_with")
    told = cells_of(frame).with_columns(
        (pl.col("claimed_part") * pl.col("kept_part") * moved * pl.col("old_minutes")).alias("by_hand"),
        (pl.col("minutes") - pl.col("efficiency_minutes")).alias("told"),
    )
    assert set(told["claimed_part"]) == {1.0}, "every measure stands alone on its service"
    assert told.filter(pl.col("efficiency_minutes") > 1).height > 100
    summed = told.group_by("measure_id").agg(pl.sum("told", "by_hand"), pl.col("by_hand").abs().sum().alias("moved"))
    off = summed.select(((pl.col("told") - pl.col("by_hand")).abs() / pl.col("moved")).max()).item()
    assert off < 0.005


def town_of_steps(*measures: dict[str, object]) -> Trap:
    """Of 100 cases 20 come online, 40 from the first measure on and 60 from the second; the others write."""

    def way(month: int) -> dict[str, int]:
        online = 60 if month >= FAR else 40 if month >= LIVE else 20
        return {"online": online, "post": 100 - online}

    made = trap([cases(SERVICE, way, months=MONTHS)], *measures, beside=others(months=MONTHS))
    return Trap(made.cohorts, made.claims, made.minutes, month_of(MONTHS))


def cell(frame: pl.DataFrame, month: int, channel: str, measure_id: str) -> dict[str, object]:
    rows = cells_of(frame).filter((pl.col("measure_id") == measure_id) & (pl.col("month") == month_of(month)))
    return rows.row(by_predicate=pl.col("intake_channel") == channel, named=True)


def test_a_chain_compares_each_state_with_the_one_before() -> None:
    """A letter takes 30, a form 12: 20 more forms cost 240 minutes, 20 fewer letters save 600; the second the same."""
    found = town_of_steps(measure(measure_id="M1"), measure(month_of(FAR), "M2")).found().frame
    for measure_id, without in (("M1", 20), ("M2", 40)):
        online, post = (cell(found, FAR + 2, way, measure_id) for way in ("online", "post"))
        assert (online["claimed_cases"], post["claimed_cases"]) == (60, 40), "what the log counts, for both"
        assert online["cases_without"] == pytest.approx(without, abs=1)
        assert online["cases_with"] == pytest.approx(without + 20, abs=1)
        assert post["cases_without"] == pytest.approx(100 - without, abs=1)
        assert post["cases_with"] == pytest.approx(80 - without, abs=1)
        assert online["minutes"] == pytest.approx(-240, abs=20)
        assert post["minutes"] == pytest.approx(600, abs=50)
        assert (online["old_minutes"], post["old_minutes"]) == (12, 30)
        assert online["old_valid_from"] == online["new_valid_from"] is not None


def test_fewer_minutes_are_told_apart_from_another_way() -> None:
    """From the go-live on a letter takes 20 instead of 30: 80 letters save 800, and nothing came another way."""
    steady = cases(SERVICE, lambda _: {"online": 20, "post": 80}, months=48)
    made = trap([steady], measure(), beside=others(months=48))
    live = month_of(LIVE)
    sooner = made.minutes.filter((pl.col("service_code") == SERVICE) & (pl.col("intake_channel") == "post"))
    faster = sooner.with_columns(
        pl.lit(live, pl.Date).alias("valid_from"), *(pl.col(name) - 10 for name in ("minutes", "low", "high"))
    )
    found = Trap(made.cohorts, made.claims, pl.concat([made.minutes, faster])).found().frame
    post = cell(found, LIVE + 5, "post", "M1")
    assert (post["old_minutes"], post["new_minutes"]) == (30, 20)
    assert isinstance(post["old_valid_from"], dt.date)
    assert post["old_valid_from"] < post["new_valid_from"] == live
    assert post["efficiency_minutes"] == pytest.approx(800)
    assert post["minutes"] == pytest.approx(800, abs=60)
