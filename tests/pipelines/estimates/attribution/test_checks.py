"""The checks beside the claim, on small towns whose truth is worked by hand, and what they make of a wrong claim."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from pipelines.estimates import savings
from pipelines.estimates.attribution.check import Claimed, Found, state_of
from pipelines.estimates.service import StageEffect
from tests.pipelines.estimates.tables import month_of
from tests.pipelines.estimates.traps import (
    LIVE,
    MONTHS,
    OTHERS,
    SERVICE,
    Trap,
    Way,
    always,
    cases,
    claims,
    measure,
    minutes,
    others,
    since,
    takes,
    trap,
    with_minutes,
)

USUAL = always(online=20, post=80)
# From 20 to 50 of 100: 30 cases a month × 18 minutes, 24 months: 12,960.
JUMP = since(LIVE, USUAL, always(online=50, post=50))
JUMPED = 24 * 30 * 18
DID, ITS = "group_time_did", "interrupted_series"


def rising(first: int, last: int, months: int = MONTHS) -> Way:
    """Of 100 cases, first come online at the beginning and last at the end."""

    def way(month: int) -> dict[str, int]:
        online = round(first + (last - first) * month / (months - 1))
        return {"online": online, "post": 100 - online}

    return way


@pytest.mark.parametrize("method", [DID, ITS])
def test_a_jump_beside_services_that_stand_still_is_found_whole(method: str) -> None:
    check = trap(JUMP).found().check(method)
    assert check["attribution_state"] == "agrees"
    assert check["attribution_reason"] is None
    assert check["check_minutes"] == pytest.approx(JUMPED, rel=0.02)
    assert check["check_low"] <= JUMPED <= check["check_high"]
    assert (check["checked_months"], check["first_checked_month"]) == (24, month_of(LIVE))
    assert check["comparison_services"] == len(OTHERS)
    assert check["claimed_cases"] == 2400


def test_what_all_services_do_is_not_found_as_the_measures() -> None:
    """All rise from 20 to 60 of 100 alike; the truth is nothing."""
    check = trap(rising(20, 60), beside=others(rising(20, 60))).found().check(DID)
    assert abs(check["check_minutes"]) < 100
    assert check["check_low"] <= 0 <= check["check_high"]


def test_a_trend_that_was_there_before_is_not_found_by_its_own_past() -> None:
    """In log odds a straight line from −1.4 to 0: the service goes on as it was, others stand still."""
    line = [round(1000 / (1 + 2.718281828 ** (1.4 - 1.4 * month / 47))) for month in range(MONTHS)]
    check = trap([cases(SERVICE, lambda month: {"online": line[month], "post": 1000 - line[month]})]).found().check(ITS)
    assert abs(check["check_minutes"]) < 0.02 * 24 * 1000 * 18
    assert check["check_low"] <= 0 <= check["check_high"]


def test_what_goes_faster_in_the_same_channel_stands_in_claim_and_check() -> None:
    """From go-live a letter takes 20 minutes instead of 30, timed anew: 80 × 10 × 24 months, and nobody moved."""
    found = with_minutes(trap(USUAL), takes("post", 20, since_on=month_of(LIVE))).found()
    for method in (DID, ITS):
        assert found.check(method)["check_minutes"] == pytest.approx(80 * 10 * 24, rel=0.02)


def test_a_service_whose_measure_comes_later_is_compared_with_until_then() -> None:
    """Five others go live a year later and jump as well; one alone never does, too few for the second year."""
    later = [measure(month_of(LIVE + 12), f"M{one}", service) for one, service in enumerate(OTHERS[1:], start=2)]
    jump_later = since(LIVE + 12, USUAL, always(online=50, post=50))
    beside = pl.concat([cases(OTHERS[0], USUAL), *(cases(service, jump_later) for service in OTHERS[1:])])
    check = trap(JUMP, measure(), *later, beside=beside).found().check(DID)
    assert (check["attribution_state"], check["attribution_reason"]) == ("not_checkable", "too_few_comparisons")
    # Ended before the others begin, the first year is all there is to check, and all six are there.
    ended = [measure(ended_on=month_of(LIVE + 12), status="stopped"), *later]
    check = trap(JUMP, *ended, beside=beside).found().check(DID)
    assert (check["attribution_state"], check["checked_months"]) == ("agrees", 12)
    assert check["check_minutes"] == pytest.approx(JUMPED / 2, rel=0.02)
    assert check["comparison_services"] == len(OTHERS)


def town(way: Way, beside: pl.DataFrame | None = None, *measures: dict[str, Any]) -> Trap:
    return trap(way, *measures, beside=beside)


@pytest.mark.parametrize(
    ("trapped", "method", "reason"),
    [
        (town(JUMP, None, measure(status="planned")), DID, "nothing_claimed"),
        (town(JUMP, None, measure(status="planned")), ITS, "nothing_claimed"),
        (
            town(since(MONTHS - 5, USUAL, always(online=50, post=50)), None, measure(month_of(MONTHS - 5))),
            DID,
            "too_few_months",
        ),
        (town(since(LIVE, always(post=100), always(online=50, post=50))), DID, "no_way_before"),
        (town(since(LIVE, always(post=100), always(online=50, post=50))), ITS, "no_way_before"),
        (town(JUMP, others().filter(pl.col("service_code").is_in(OTHERS[:4]))), DID, "too_few_comparisons"),
        (town(since(LIVE - 12, always(online=5, post=95), JUMP)), DID, "moved_otherwise_before"),
        (town(since(18, USUAL, always(online=50, post=50)), None, measure(month_of(18))), ITS, "too_few_months_before"),
        (town(since(LIVE, always(online=1, post=4), always(online=3, post=2))), ITS, "too_few_cases"),
    ],
)
def test_what_cannot_be_checked_says_why(trapped: Trap, method: str, reason: str) -> None:
    check = trapped.found().check(method)
    assert (check["attribution_state"], check["attribution_reason"]) == ("not_checkable", reason)
    assert check["check_minutes"] is check["check_low"] is check["check_high"] is None
    assert not check["is_grade_lowered"]


def test_an_unusual_year_before_is_told_by_its_probability() -> None:
    usual, odd = (
        town(JUMP).found().check(DID),
        town(since(LIVE - 12, always(online=19, post=81), JUMP)).found().check(DID),
    )
    assert usual["premise_probability"] == 1
    assert 0.05 < odd["premise_probability"] < 1


CLAIMED = Claimed(months=None, cases=1, mean=100, p10=90, p50=100, p90=110)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("low", "estimate", "high", "state"),
    [
        (80, 100, 120, "agrees"),
        (101, 109, 120, "agrees"),  # the claim does not say that it is so far off
        (95, 130, 165, "agrees"),  # the check does not say that it is so far off
        (101, 111, 121, "disagrees"),
        (60, 85, 99, "disagrees"),
        (0, 0, 0, "disagrees"),
    ],
)
def test_they_disagree_when_each_lies_outside_the_interval_of_the_other(
    low: float, estimate: float, high: float, state: str
) -> None:
    assert state_of(CLAIMED, Found(estimate, low, high, 6, None)) == state


@pytest.fixture
def doubled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that claims twice what it found."""
    honest = savings.effects

    def twice(*asked: Any) -> list[StageEffect]:
        return [replace(one, saved=2 * one.saved) for one in honest(*asked)]

    monkeypatch.setattr(savings, "effects", twice)


def test_an_honest_claim_keeps_its_grade() -> None:
    found = trap(JUMP).found()
    assert found.verdicts() == [("claimed", None, "A")]
    assert found.check(DID)["evidence_grade"] == "A"


@pytest.mark.usefixtures("doubled")
def test_a_claim_of_twice_as_much_loses_a_grade_and_says_why() -> None:
    found = trap(JUMP).found()
    assert found.verdicts() == [("beneath", "attribution_disagrees", "B")]
    check = found.check(DID)
    assert (check["attribution_state"], check["is_grade_lowered"], check["evidence_grade"]) == ("disagrees", True, "B")
    assert not found.check(ITS)["is_grade_lowered"]
    totals = found.frame.filter(pl.col("service_code") == "all")
    assert set(totals["evidence_grade"]) == {"B"}


@pytest.mark.usefixtures("doubled")
def test_grade_b_becomes_c_and_c_keeps_its_own_reason() -> None:
    partly, assumed = (
        with_minutes(trap(JUMP), takes("post", 30, grade=grade, since_on=month_of(-1))) for grade in ("B", "C")
    )
    assert partly.found().verdicts() == [("beneath", "attribution_disagrees", "C")]
    assert assumed.found().verdicts() == [("beneath", "minutes_assumed", "C")]
    assert not assumed.found().check(DID)["is_grade_lowered"]


@pytest.mark.usefixtures("doubled")
def test_a_month_that_waits_still_waits() -> None:
    decided = since(MONTHS - 1, JUMP, always(online=50, post=20))
    found = trap([cases(SERVICE, JUMP, decided=decided)]).found()
    assert found.verdicts() == [("beneath", "attribution_disagrees", "B"), ("provisional", "undecided", "B")]


def test_a_service_more_that_has_no_measure_is_one_more_comparison() -> None:
    one_more = pl.concat([others(), cases("one more", USUAL)])
    found = Trap(pl.concat([cases(SERVICE, JUMP), one_more]), claims(measure()), minutes()).found().check(DID)
    assert found["comparison_services"] == len(OTHERS) + 1
