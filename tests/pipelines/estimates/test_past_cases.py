"""Baselines by statistics: a kind of their own, never the headline, and the same minutes as with the log."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from tests.pipelines.estimates.habits import Habits
from tests.pipelines.estimates.tables import month_of
from tests.pipelines.estimates.test_baselines import AFTER, BEFORE, SOON, claimed, seen, usual, versions
from tests.pipelines.estimates.traps import LIVE, SERVICE, WENT_LIVE, Trap, since, takes, trap, with_minutes
from tests.pipelines.estimates.twins import twin_town

GRADED = ("evidence_grade", "claim_state", "refusal_reason")


def told(town: Trap, until: int, grade: str = "B", since_month: int = 0) -> Trap:
    """The same town whose service under test is told by a statistic in some months."""
    is_told = (pl.col("service_code") == SERVICE) & pl.col("month").is_between(
        month_of(since_month), month_of(until), closed="left"
    )
    marked = pl.when(is_told).then(pl.lit(grade)).otherwise("evidence_grade").alias("evidence_grade")
    return replace(town, cohorts=town.cohorts.with_columns(marked))


@pytest.mark.parametrize("as_of", [SOON, dt.date(2024, 1, 5)])
def test_a_baseline_that_needs_a_statistic_is_reconstructed_whenever_it_is_frozen(as_of: dt.date) -> None:
    """One month of the twelve is enough; of the thirteenth and earlier ones none is."""
    one_month = seen(told(usual(), LIVE - 11), as_of)
    assert versions(one_month) == [(WENT_LIVE, 1, "reconstructed", True, True, True)]
    assert versions(seen(told(usual(), LIVE), as_of)) == [(WENT_LIVE, 1, "reconstructed", True, True, True)]
    (before,) = versions(seen(told(usual(), LIVE - 12), as_of))
    assert before[2] == ("measured" if as_of == SOON else "retrospective")


def test_what_was_frozen_of_logs_keeps_its_hash() -> None:
    """As frozen before there were statistics: the ledgers of towns hold hashes of that form."""
    (kept,) = seen(usual(), SOON)["content_hash"].unique()
    assert kept == "41c8117f05f3fb3b3252a4ffa06f57a6acede7317e645861c08ab70ae23603fd"


def test_another_grade_makes_another_version() -> None:
    """Claims rest on the grade too: they keep that of the first version until another is adopted."""
    first = seen(told(usual(), LIVE), SOON)
    both = seen(told(usual(), LIVE, "C"), dt.date(2023, 6, 1), first)
    assert [row[1:3] for row in versions(both)] == [(1, "reconstructed"), (2, "reconstructed")]
    frame = claimed(told(usual(), LIVE, "C"), both)
    assert frame.filter(pl.col("service_code") == SERVICE)["evidence_grade"].drop_nulls().unique().to_list() == ["B"]
    assert seen(told(usual(), LIVE), dt.date(2023, 6, 1), first)["version"].drop_nulls().unique().to_list() == [1]


def test_a_log_that_was_frozen_stays_measured_when_a_statistic_takes_its_place() -> None:
    """Retention deletes the log of before; the town lists its counts; the claim rests on what was frozen."""
    later = seen(told(usual(), LIVE), dt.date(2024, 6, 1), seen(usual(), SOON))
    assert [row[1:] for row in versions(later)] == [
        (1, "measured", False, True, False),
        (2, "reconstructed", True, False, True),
    ]
    rows = claimed(told(usual(), LIVE), later).filter((pl.col("service_code") == SERVICE) & (pl.col("span") == "month"))
    assert rows["evidence_grade"].unique().to_list() == ["A"]


@pytest.mark.parametrize("grade", ["B", "C"])
def test_a_claim_is_no_better_than_the_statistic_it_rests_on(grade: str) -> None:
    town = trap(since(LIVE, BEFORE, AFTER))
    assert town.found().verdicts() == [("claimed", None, "A")]
    assert told(town, LIVE, grade).found().verdicts() == [("beneath", "baseline_reconstructed", grade)]


def test_the_worst_month_of_the_baseline_counts_and_none_before_it() -> None:
    town = trap(since(LIVE, BEFORE, AFTER))
    worst = told(told(town, LIVE), LIVE - 5, "C", LIVE - 6)
    assert worst.found().verdicts() == [("beneath", "baseline_reconstructed", "C")]
    assert told(town, LIVE - 12, "C").found().verdicts() == [("claimed", None, "A")]


@pytest.mark.parametrize(
    ("of_minutes", "of_cases", "verdict"),
    [
        ("B", "B", ("beneath", "baseline_reconstructed", "B")),
        ("C", "B", ("beneath", "minutes_assumed", "C")),
        ("B", "C", ("beneath", "baseline_reconstructed", "C")),
    ],
)
def test_of_two_reasons_the_one_that_weighs_more_is_told(
    of_minutes: str, of_cases: str, verdict: tuple[str, str, str]
) -> None:
    town = with_minutes(trap(since(LIVE, BEFORE, AFTER)), takes("post", 30, "a", grade=of_minutes))
    assert told(town, LIVE, of_cases).found().verdicts() == [verdict]


def test_a_town_told_by_statistics_saves_the_same_minutes() -> None:
    """Twin town: the log of every service begins at the go-live of its measure, months before come from a statistic."""
    town = twin_town(3, Habits(measures=4, untreated=4, months=48, first_live=26, last_live=30))
    logged = Trap(town.cohorts, town.claims, town.minutes, town.end)
    begins = town.claims.select("service_code", "went_live_on")
    marked = town.cohorts.join(begins, on="service_code", how="left", maintain_order="left").with_columns(
        evidence_grade=pl.when(pl.col("month") < pl.col("went_live_on").fill_null(month_of(28))).then(pl.lit("B"))
    )
    statistic = replace(logged, cohorts=marked.drop("went_live_on"))
    whole, cut = logged.found().frame, statistic.found().frame
    months = pl.col("span") == "month"
    of_services = months & (pl.col("service_code") != "all")
    assert cut.filter(of_services).drop(GRADED).equals(whole.filter(of_services).drop(GRADED))
    assert "A" in whole["evidence_grade"]
    assert "A" not in cut["evidence_grade"]
