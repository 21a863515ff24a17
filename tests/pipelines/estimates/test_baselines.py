"""Frozen baselines: a claim keeps what was known when it was first whole, and what came later is told beside it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import polars.selectors as cs

from pipelines.estimates.baselines import SCHEMA, YEARS, baselines_frame, claimed_savings
from pipelines.estimates.frames import savings_frame
from sources.contract.inputs import INPUTS
from tests.pipelines.estimates.tables import month_of
from tests.pipelines.estimates.traps import (
    FEWEST_CASES,
    LIVE,
    MEASURE,
    OVER,
    SERVICE,
    WENT_LIVE,
    Trap,
    always,
    cases,
    claims,
    measure,
    minutes,
    others,
    since,
    takes,
    trap,
)

BEFORE, AFTER = always(online=20, post=80), always(online=60, post=40)
SOON = dt.date(2023, 2, 10)
OF_MONTHS = (pl.col("service_code") == SERVICE) & (pl.col("span") == "month")
LATE = cases(SERVICE, since(LIVE - 6, always(), since(LIVE, always(post=40), always())))
"""Forty letters a month of the half year before the go-live, delivered after it."""


def usual() -> Trap:
    return trap(since(LIVE, BEFORE, AFTER))


def seen(town: Trap, as_of: dt.date, before: pl.DataFrame | None = None) -> pl.DataFrame:
    """Baselines on a day, after those an earlier run froze."""
    frozen = pl.DataFrame(schema=INPUTS["frozen_baselines"]) if before is None else written(before)
    return baselines_frame(town.cohorts, town.claims, town.minutes, frozen, as_of)


def written(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.drop_nulls("version").select(list(INPUTS["frozen_baselines"]))


def versions(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    """Each baseline with its kind, whether it is new and whether claims rest on it."""
    rows = frame.select("live_on", "version", "kind", "is_new", "is_claimed", "is_newest")
    return list(rows.unique(maintain_order=True).iter_rows())


def claimed(town: Trap, baselines: pl.DataFrame) -> pl.DataFrame:
    """Without the sums of years, which have tests of their own."""
    frame = claimed_savings(town.cohorts, town.claims, town.minutes, baselines, town.end, FEWEST_CASES)
    return frame.filter(pl.col("span") != YEARS)


def of_today(town: Trap) -> pl.DataFrame:
    return savings_frame(town.cohorts, town.claims, town.minutes, town.end, FEWEST_CASES)


def with_late(town: Trap) -> Trap:
    keys = ["service_code", "case_type", "intake_channel", "month"]
    both = pl.concat([town.cohorts, LATE]).group_by(keys, maintain_order=True)
    return replace(town, cohorts=both.agg(cs.integer().sum(), pl.col("evidence_grade").max()))


def test_a_baseline_is_frozen_in_the_month_after_the_go_live() -> None:
    """24 months with letters and online: 48 cells, and the four values of minutes that held."""
    frame = seen(usual(), SOON)
    assert dict(frame.schema) == SCHEMA
    assert versions(frame) == [(WENT_LIVE, 1, "measured", True, True, True)]
    assert frame["cell"].value_counts(sort=True).rows() == [("cases", 48), ("minutes", 4)]
    assert frame["baseline_id"].unique().to_list() == [f"{SERVICE}@2023-01-01.v1"]
    year = frame.filter("in_baseline").group_by("intake_channel").agg(pl.col("received_cases").sum())
    assert dict(year.iter_rows()) == {"online": 240, "post": 960}


def test_nothing_is_frozen_before_the_go_live_month_is_over() -> None:
    assert seen(usual(), dt.date(2023, 1, 20)).is_empty()


def test_a_log_first_seen_a_year_later_tells_in_retrospect() -> None:
    assert versions(seen(usual(), dt.date(2024, 1, 5))) == [(WENT_LIVE, 1, "retrospective", True, True, True)]


def test_the_same_again_is_no_news() -> None:
    first = seen(usual(), SOON)
    again = seen(usual(), dt.date(2024, 6, 1), first)
    assert versions(again) == [(WENT_LIVE, 1, "measured", False, True, True)]
    frame = claimed(usual(), again)
    assert frame.select(of_today(usual()).columns).equals(of_today(usual()))
    rows = frame.filter(OF_MONTHS)
    assert rows["baseline_id"].unique().to_list() == [f"{SERVICE}@2023-01-01.v1"]
    assert rows["newest_baseline_minutes"].equals(rows["minutes"], check_names=False)


def test_late_data_make_version_2_and_the_claim_keeps_version_1() -> None:
    """Months that came late leave the claim as it was, to the thousandth; what they would make of it stands beside."""
    late = with_late(usual())
    both = seen(late, dt.date(2023, 6, 1), seen(usual(), SOON))
    assert versions(both) == [
        (WENT_LIVE, 1, "measured", False, True, False),
        (WENT_LIVE, 2, "retrospective", True, False, True),
    ]
    frame, kept, newest = claimed(late, both), of_today(usual()), of_today(late)
    assert frame.select(kept.columns).equals(kept)
    beside = frame.filter(OF_MONTHS)["newest_baseline_minutes"]
    assert beside.equals(newest.filter(OF_MONTHS)["minutes"], check_names=False)
    # Of the last half year only 20 of 140 came online instead of 20 of 100: more would be saved.
    assert beside[-1] > kept.filter(OF_MONTHS)["minutes"][-1]


def test_edited_minutes_make_version_2() -> None:
    edited = replace(usual(), minutes=minutes(takes("post", 90, since_on=dt.date(2021, 6, 1))))
    both = seen(edited, dt.date(2024, 6, 1), seen(usual(), SOON))
    assert [row[1] for row in versions(both)] == [1, 2]
    frame, kept = claimed(edited, both), of_today(usual())
    assert frame.select(kept.columns).equals(kept)
    rows = frame.filter(OF_MONTHS & (pl.col("month") == month_of(40)))
    assert rows["newest_baseline_minutes"].item() > 2 * rows["minutes"].item()


def test_minutes_taken_after_the_go_live_are_no_part_of_it() -> None:
    timed = replace(usual(), minutes=minutes(takes("post", 25, since_on=dt.date(2023, 9, 1))))
    assert [row[1] for row in versions(seen(timed, dt.date(2024, 6, 1), seen(usual(), SOON)))] == [1]


def test_what_counts_as_before_again_is_the_next_version() -> None:
    first = seen(usual(), SOON)
    second = seen(with_late(usual()), dt.date(2023, 6, 1), first)
    third = seen(usual(), dt.date(2023, 7, 1), second)
    assert [(row[1], row[4], row[5]) for row in versions(third)] == [
        (1, True, False),
        (2, False, False),
        (3, False, True),
    ]


def test_a_short_baseline_is_not_frozen_and_says_when_a_claim_is_possible() -> None:
    """The first case comes five months before the go-live: with the three months of run-in and twelve full ones after
    the go-live in January 2023, a measure that goes live in April 2024 can be judged."""
    short = replace(usual(), cohorts=pl.concat([cases(SERVICE, since(LIVE - 5, always(), BEFORE)), others()]))
    frame = seen(short, SOON)
    assert versions(frame) == [(WENT_LIVE, None, "starting_today", False, False, False)]
    assert frame.select("full_months", "claim_possible_from").row(0) == (5, dt.date(2024, 4, 1))


def test_without_minutes_a_baseline_waits_for_them() -> None:
    untimed = replace(usual(), minutes=minutes().filter(pl.col("intake_channel") != "post"))
    waiting = seen(untimed, SOON)
    assert versions(waiting) == [(WENT_LIVE, None, None, False, False, False)]
    assert versions(seen(usual(), dt.date(2023, 8, 1), waiting)) == [(WENT_LIVE, 1, "retrospective", True, True, True)]


def test_a_go_live_that_is_moved_gets_a_baseline_of_its_own() -> None:
    moved = replace(usual(), claims=claims(measure(dt.date(2023, 7, 1))))
    assert versions(seen(moved, dt.date(2024, 1, 5), seen(usual(), SOON))) == [
        (WENT_LIVE, 1, "measured", False, False, True),
        (dt.date(2023, 7, 1), 1, "retrospective", True, True, True),
    ]


def test_each_of_two_stages_has_its_own() -> None:
    """The second goes live two years after the first; late letters before the first move only that one's baseline."""
    second = month_of(LIVE + 18)
    two = trap(since(LIVE, BEFORE, AFTER), measure(), measure(second, "M2"))
    first = seen(two, month_of(LIVE + 20))
    assert [(row[0], row[1]) for row in versions(first)] == [(WENT_LIVE, 1), (second, 1)]
    late = with_late(two)
    both = seen(late, OVER, first)
    assert [(row[0], row[1]) for row in versions(both)] == [(WENT_LIVE, 1), (WENT_LIVE, 2), (second, 1)]
    frame, kept = claimed(late, both), of_today(two)
    assert frame.select(kept.columns).equals(kept)
    ids = frame.filter(OF_MONTHS).select("measure_id", "baseline_id").unique().sort("measure_id")
    assert ids.rows() == [(MEASURE, f"{SERVICE}@2023-01-01.v1"), ("M2", f"{SERVICE}@{second}.v1")]


def test_a_baseline_whose_cases_were_deleted_stands() -> None:
    """Retention deletes the log before the go-live; what was frozen goes on to prove the claim."""
    gone = replace(usual(), cohorts=usual().cohorts.filter(pl.col("month") >= dt.date(2022, 7, 1)))
    kept = seen(gone, dt.date(2024, 6, 1), seen(usual(), SOON))
    assert versions(kept) == [(WENT_LIVE, 1, "measured", False, True, True)]
    rows = claimed(gone, kept).filter(OF_MONTHS)
    assert rows.filter(pl.col("claim_state") == "claimed").height > 0
