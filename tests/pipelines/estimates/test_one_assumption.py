"""Changing one assumption changes exactly the rows that use it; what no figure reads changes none."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.estimates.frames import savings_frame
from tests.pipelines.estimates.habits import Habits
from tests.pipelines.estimates.twins import Town, twin_town

ROW = ("measure_id", "service_code", "span", "month", "evidence_grade", "attribution_method", "year")
FEWEST_CASES = 5


@pytest.fixture(scope="module")
def town() -> Town:
    """Four measures beside four services without one."""
    return twin_town(3, Habits(measures=4, untreated=4, months=48, first_live=26, last_live=30))


def frame_of(town: Town, minutes: pl.DataFrame) -> pl.DataFrame:
    return savings_frame(town.cohorts, town.claims, minutes, town.end, FEWEST_CASES)


def changed_rows(town: Town, minutes: pl.DataFrame) -> pl.DataFrame:
    """The rows that do not come back as they were."""
    before, after = frame_of(town, town.minutes), frame_of(town, minutes)
    key = [name for name in ROW if name in before.columns]
    return before.join(after, on=before.columns, how="anti", nulls_equal=True).select(key)


def test_the_minutes_of_a_service_move_its_measures_and_the_totals_alone(town: Town) -> None:
    service = town.claims["service_code"][0]
    touching = set(town.claims.filter(pl.col("service_code") == service)["measure_id"])
    assert touching < set(town.claims["measure_id"])
    mine = pl.col("service_code") == service
    told = town.minutes.with_columns(pl.when(mine).then(pl.col("minutes") * 1.25).otherwise("minutes").alias("minutes"))
    moved = changed_rows(town, told)
    assert set(moved["measure_id"]) == touching | {"all"}
    months = moved.filter(pl.col("span") == "month")
    assert set(months.filter(pl.col("service_code") != "all")["service_code"]) == {service}
    claimed = frame_of(town, town.minutes).filter(
        (pl.col("span") == "month") & (pl.col("service_code") == service) & pl.col("minutes").is_not_null()
    )
    assert months.filter(pl.col("service_code") == service).height == claimed.height > 0, "every month that uses them"


def test_minutes_that_no_claim_reads_move_nothing(town: Town) -> None:
    beside = pl.col("service_code").is_in(town.claims["service_code"].implode())
    unread = town.minutes.filter(~beside)
    if unread.is_empty():
        unread = town.minutes.head(1).with_columns(pl.lit("nobody's").alias("service_code"))
    told = pl.concat([town.minutes.filter(beside), unread.with_columns(pl.col("minutes") * 3)])
    assert changed_rows(town, told).is_empty()
