"""Towns that lack what an estimate needs, and towns that are very large: told or refused, never a crash."""

import sys
import time

import numpy as np
import polars as pl
import pytest

from tests.pipelines.estimates.habits import Habits
from tests.pipelines.estimates.tables import month_of
from tests.pipelines.estimates.towns import estimated
from tests.pipelines.estimates.traps import (
    LIVE,
    MONTHS,
    SERVICE,
    Trap,
    always,
    cases,
    claims,
    measure,
    minutes,
    others,
    since,
    trap,
)
from tests.pipelines.estimates.twins import twin_town

JUMP = since(LIVE, always(online=20, post=80), always(online=50, post=50))


def test_a_town_without_cases_has_an_empty_frame() -> None:
    empty = Trap(others().clear(), claims(measure()), minutes())
    assert empty.found().frame.is_empty()


def test_a_town_without_measures_has_an_empty_frame() -> None:
    assert Trap(others(), claims(), minutes()).found().frame.is_empty()


def test_a_measure_on_a_service_without_cases_has_no_row() -> None:
    assert Trap(others(), claims(measure()), minutes()).found().frame.is_empty()


def test_only_one_service_stands_beneath_the_headline() -> None:
    assert trap(JUMP, beside=others().clear()).found().verdicts() == [("beneath", "own_trend_only", "C")]


def test_services_that_all_have_measures_are_compared_while_they_wait() -> None:
    """Six more go live a year later: until then they are the comparison, afterwards nobody is."""
    later = [
        measure(month_of(LIVE + 12), f"M{one + 2}", service)
        for one, service in enumerate(others()["service_code"].unique().sort())
    ]
    found = trap(JUMP, measure(), *later).found()
    assert found.month(LIVE + 11)["claim_state"] == "claimed"
    assert found.month(LIVE + 12)["refusal_reason"] == "own_trend_only"


def test_a_service_without_minutes_is_refused() -> None:
    nobody = Trap(trap(JUMP).cohorts, claims(measure()), minutes().clear())
    assert nobody.found().verdicts() == [("refused", "minutes_missing", None)]


def test_minutes_of_zero_and_without_any_error_are_taken_as_they_are() -> None:
    exact = minutes().with_columns(
        standard_error=pl.lit(0.0), minutes=pl.when(pl.col("intake_channel") == "online").then(0.0).otherwise("minutes")
    )
    found = Trap(trap(JUMP).cohorts, claims(measure()), exact).found()
    assert found.holds(12 * 30 * 30)


def test_months_without_cases_in_all_services_are_borne() -> None:
    gap = trap(JUMP)
    shut = gap.cohorts.filter(~pl.col("month").is_in([month_of(one) for one in (10, 11, 30)]))
    found = Trap(shut, gap.claims, gap.minutes).found()
    assert found.month(30)["refusal_reason"] == "no_cases"
    assert found.month(31)["claim_state"] == "claimed"


def test_a_service_that_ceased_before_go_live_is_refused() -> None:
    ceased = [cases(SERVICE, JUMP).filter(pl.col("month") < month_of(LIVE - 2))]
    assert trap(ceased).found().verdicts() == [("refused", "no_cases", None)]


@pytest.mark.parametrize("position", [-36, -1, 0])
def test_a_go_live_before_the_log_is_refused_in_every_month(position: int) -> None:
    found = trap(JUMP, measure(month_of(position))).found()
    assert found.verdicts() == [("refused", "baseline_too_short", None)]
    assert len(found.months()) == MONTHS


def test_a_go_live_after_the_log_has_no_row_and_leaves_the_others_alone() -> None:
    late = trap(JUMP, measure(), measure(month_of(MONTHS + 3), "M2", others()["service_code"][0]))
    assert late.found().frame.equals(trap(JUMP).found().frame)


def test_two_measures_of_one_day_share_one_stage() -> None:
    found = trap(JUMP, measure(share=0.5), measure(measure_id="M2", share=0.5)).found()
    assert found.month(MONTHS - 1, "M1")["minutes"] == found.month(MONTHS - 1, "M2")["minutes"] > 0


def test_the_same_seed_is_the_same_frame_and_another_is_another() -> None:
    town = trap(JUMP)
    assert town.found(7).frame.equals(town.found(7).frame)
    assert not town.found(7).frame.equals(town.found(8).frame)
    assert set(town.found(7).frame["draws_seed"]) == {7}


def test_one_more_service_without_a_measure_hardly_moves_a_claim() -> None:
    town = trap(JUMP)
    more = pl.concat([town.cohorts, cases("one more", always(online=20, post=80))])
    one, other = town.found().year(), Trap(more, town.claims, town.minutes).found().year()
    assert abs(one["minutes"] - other["minutes"]) < (one["p90"] - one["p10"]) / 2


@pytest.mark.slow
def test_a_thousand_services_are_estimated(capsys: pytest.CaptureFixture[str]) -> None:
    """Timed and told, as a large town has so many; no bar, as machines differ."""
    town = twin_town(1, Habits(measures=100, untreated=900, cases=8))
    begin = time.process_time()
    drawn = estimated(town, np.random.default_rng(1))
    with capsys.disabled():
        sys.stdout.write(
            f"\n1,000 services, 100 measures, 60 months: {time.process_time() - begin:.1f} s of processor time\n"
        )
    assert drawn.shape[1] == 100
    assert np.isfinite(drawn).all()
