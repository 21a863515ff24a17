"""Traps of two measures on one service. Truth is worked by hand in each test."""

import numpy as np
import pytest

from pipelines.estimates.savings import saved_by_measures
from tests.pipelines.estimates.tables import month_of
from tests.pipelines.estimates.traps import LIVE, SERVICE, Trap, cases, measure, others, trap

MONTHS = 60
FAR = 42
NEAR = 28


def town(way, *measures) -> Trap:
    """Five years; the first measure goes live in January 2023."""
    made = trap([cases(SERVICE, way, months=MONTHS)], *measures, beside=others(months=MONTHS))
    return Trap(made.cohorts, made.claims, made.minutes, month_of(MONTHS))


def first(share: float = 1.0):
    return measure(measure_id="M1", share=share)


def second(position: int, share: float = 1.0):
    return measure(month_of(position), "M2", share=share)


def steps(*at: tuple[int, int]):
    """Of 100 cases so many come online from each month on."""

    def way(month: int) -> dict[str, int]:
        online = next(count for position, count in reversed(((0, 20), *at)) if month >= position)
        return {"online": online, "post": 100 - online}

    return way


def test_each_of_two_that_lie_far_apart_claims_its_own() -> None:
    """20 → 40 by the first, → 60 by the second, 18 months later: 20 × 18 = 360 a month each, 4,320 a year."""
    found = town(steps((LIVE, 40), (FAR, 60)), first(), second(FAR)).found()
    assert found.verdicts("M1") == found.verdicts("M2") == [("claimed", None, "A")]
    assert found.holds(4320, "M1")
    assert found.holds(4320, "M2")
    assert found.holds(8640, "all")


def test_before_the_second_goes_live_the_first_claims_as_if_alone() -> None:
    both = town(steps((LIVE, 40), (FAR, 60)), first(), second(FAR)).found().months("M1")
    alone = town(steps((LIVE, 40)), first()).found().months("M1")
    until = both["month"] < month_of(FAR)
    assert both.filter(until)["like_for_like_minutes"].to_list() == [360] * (FAR - LIVE)
    assert alone.filter(until)["like_for_like_minutes"].to_list() == [360] * (FAR - LIVE)


def test_one_that_undoes_is_told_as_a_loss_and_the_first_keeps_its_own() -> None:
    """20 → 40 by the first, → 30 by the second: +360 and −180 a month; together 180, 2,160 a year."""
    found = town(steps((LIVE, 40), (FAR, 30)), first(), second(FAR)).found()
    assert found.month(FAR - 1, "M1")["like_for_like_minutes"] == 360
    assert found.month(FAR, "M1")["like_for_like_minutes"] == 360
    assert found.month(FAR, "M2")["like_for_like_minutes"] == -180
    assert found.holds(4320, "M1")
    assert found.holds(-2160, "M2")
    assert found.holds(2160, "all")


def test_two_that_lie_near_each_other_share() -> None:
    """20 → 50 within five months, shares 0.7 and 0.3: 540 a month, of them 378 and 162; before the second goes live the
    first has it all."""
    found = town(steps((LIVE, 50)), first(0.7), second(NEAR, 0.3)).found()
    assert found.month(NEAR - 1, "M1")["like_for_like_minutes"] == 540
    assert found.month(NEAR, "M1")["like_for_like_minutes"] == 378
    assert found.month(NEAR, "M2")["like_for_like_minutes"] == 162
    assert found.holds(12 * 378, "M1")
    assert found.holds(12 * 162, "M2")


def test_shares_below_one_leave_the_rest_to_nobody() -> None:
    """Shares of 0.5 and 0.25: three quarters of 540 are claimed, 405, before the second goes live as after."""
    found = town(steps((LIVE, 50)), first(0.5), second(NEAR, 0.25)).found()
    assert found.month(NEAR - 1, "M1")["like_for_like_minutes"] == 405
    assert found.month(NEAR, "M1")["like_for_like_minutes"] == 270
    assert found.month(NEAR, "M2")["like_for_like_minutes"] == 135


def test_a_past_month_does_not_change_when_the_second_goes_live() -> None:
    """Shares of 0.6 and 0.4: until April 2023 the first is alone at work and has all 540, seen in May as in 2025."""
    whole = town(steps((LIVE, 50)), first(0.6), second(NEAR, 0.4))
    then = Trap(whole.cohorts, whole.claims, whole.minutes, month_of(NEAR))
    for seen in (then, whole):
        assert seen.found().month(NEAR - 1, "M1")["like_for_like_minutes"] == 540


@pytest.mark.parametrize("shares", [(1.0, 1.0), (0.7, 0.3), (0.9, 0.6)])
@pytest.mark.parametrize(("position", "online"), [(NEAR, 60), (NEAR, 30), (FAR, 60), (FAR, 30)])
def test_two_never_claim_more_than_the_service_saved(shares, position: int, online: int) -> None:
    """Draw by draw and month by month, what both claim is what one with the share of 1 would claim alone."""
    way = steps((LIVE, 40), (position, online))
    both = town(way, first(shares[0]), second(position, shares[1]))
    one = town(way, first())
    claimed = sum(drawn(both, "M1", "M2"))
    (whole,) = drawn(one, "M1")
    assert np.abs(claimed - whole).max() < 1e-6 * np.abs(whole).max()


def drawn(trap_: Trap, *names: str):
    _, saved = saved_by_measures(trap_.cohorts, trap_.claims, trap_.minutes, trap_.end)
    return [one.effect.saved * one.part for name in names for one in saved if one.measure_id == name]


def test_once_one_of_two_near_each_other_ended_the_other_claims_the_whole() -> None:
    """Shares count among measures at work: 378 and 162 of 540, and from July 2024 on, when the second ended, 540."""
    ended = measure(month_of(NEAR), "M2", share=0.3, ended_on=month_of(FAR), status="stopped")
    found = town(steps((LIVE, 50)), first(0.7), ended).found()
    assert found.month(FAR - 1, "M1")["like_for_like_minutes"] == 378
    assert found.month(FAR, "M1")["like_for_like_minutes"] == 540
    assert found.month(FAR, "M2")["refusal_reason"] == "ended"


def test_one_that_ended_before_the_next_is_no_state_of_before_it() -> None:
    """20 → 40 by the first until it ended in January 2024, 20 again, → 40 by a second in April 2025. The second
    saved 20 × 18 = 360 a month: it is set against the year after the first one's end."""
    stopped = measure(measure_id="M1", ended_on=month_of(36), status="stopped")
    found = town(steps((LIVE, 40), (36, 20), (51, 40)), stopped, second(51)).found()
    assert found.month(35, "M1")["like_for_like_minutes"] == 360
    assert found.month(36, "M1")["refusal_reason"] == "ended"
    assert found.month(MONTHS - 1, "M2")["like_for_like_minutes"] == 360
    assert found.verdicts("M2") == [("claimed", None, "A")]
    assert found.holds(9 * 360, "M2")
    sooner = town(steps((LIVE, 40), (36, 20), (50, 40)), stopped, second(50)).found()
    assert sooner.verdicts("M2") == [("refused", "baseline_too_short", None)]
