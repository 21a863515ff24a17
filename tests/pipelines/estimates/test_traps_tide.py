"""Traps in what would have come anyway: tide, season, volume, mix, a bad year. Truth is worked by hand in each test."""

import polars as pl
import pytest

from tests.pipelines.estimates.tables import month_of
from tests.pipelines.estimates.traps import (
    LIVE,
    MONTHS,
    SERVICE,
    WENT_LIVE,
    always,
    cases,
    measure,
    others,
    since,
    takes,
    trap,
    with_minutes,
)


def rising(month: int) -> dict[str, int]:
    """Of 100 cases 20 come online in the first year, then one more each month."""
    online = 20 + max(0, month - 11)
    return {"online": online, "post": 100 - online}


def winter(month: int) -> dict[str, int]:
    """Of 100 cases 30 come online from October to March, 10 in summer."""
    online = 30 if month % 12 in {9, 10, 11, 0, 1, 2} else 10
    return {"online": online, "post": 100 - online}


def test_a_tide_is_no_effect() -> None:
    """Every service rises alike, with a measure or without: truth 0. Like for like claims 18 minutes for each case that
    came online beyond the baseline’s mean of 26.5 of 100: in the last year, mean 50.5, that is 12 × 24 × 18 = 5,184."""
    found = trap(rising, beside=others(rising)).found()
    assert found.verdicts() == [("claimed", None, "A")]
    assert found.months()["like_for_like_minutes"][-12:].sum() == 5184
    assert found.holds(0)
    assert found.year()["p90"] < 5184 / 4


def test_the_same_rise_without_a_tide_is_an_effect() -> None:
    """Only this service jumps, from 20 to 50 of 100, when the measure goes live: truth 12 × 30 × 18 = 6,480."""
    jump = since(LIVE, always(online=20, post=80), always(online=50, post=50))
    found = trap(jump).found()
    assert found.verdicts() == [("claimed", None, "A")]
    assert found.holds(6480)
    assert found.year()["p10"] > 6480 / 2


def emailing(month: int) -> dict[str, int]:
    """Of 100 cases 20 come online; of the others one more each month writes an e-mail instead of a letter."""
    return {"online": 20, "email": 10 + month, "post": 70 - month}


def test_letters_that_become_emails_everywhere_are_no_effect() -> None:
    """An e-mail takes 20 minutes, a letter 30, and all services drift alike from one to the other: truth 0. Like for like
    claims 10 minutes for each e-mail beyond the baseline's mean of 27.5: in the last year, mean 51.5, 12 x 24 x 10 = 2,880."""
    found = trap(emailing, beside=others(emailing)).found()
    assert found.months()["like_for_like_minutes"][-12:].sum() == 2880
    assert found.holds(0)
    assert found.year()["p90"] < 2880 / 4


def test_a_season_is_no_effect() -> None:
    """All come online more in winter (30 of 100) than in summer (10): truth 0, also with a go-live before a winter."""
    found = trap(winter, beside=others(winter)).found()
    assert found.holds(0)
    held = found.months().filter((pl.col("p10") <= 0) & (pl.col("p90") >= 0))
    assert len(held) >= 20


@pytest.mark.parametrize("live", [27, 33])
def test_a_season_of_its_own_is_not_claimed(live: int) -> None:
    """Only this service has a season, 16 of 100 or 24, and the measure goes live before a summer or a winter: truth 0."""

    def milder(month: int) -> dict[str, int]:
        online = 20 + (winter(month)["online"] - 20) * 2 // 5
        return {"online": online, "post": 100 - online}

    found = trap(milder, measure(month_of(live))).found()
    assert found.year()["p10"] <= 0


def test_half_the_volume_is_no_effect() -> None:
    """100 cases become 50 with the same shares: truth 0; the 50 cases fewer are volume, −50 × 26.4 = −1,320 minutes."""
    found = trap(since(LIVE, always(online=20, post=80), always(online=10, post=40))).found()
    assert found.holds(0)
    month = found.month(MONTHS - 1)
    assert month["volume_minutes"] == -1320
    assert month["like_for_like_minutes"] == 0
    assert month["before_minutes"] - month["after_minutes"] == 1320


def test_easy_types_first_are_no_effect() -> None:
    """A simple case takes 10 minutes, a hard one 50, online or not: truth exactly 0, though the simple ones come online
    and cases online take far fewer minutes on the average."""
    simple = since(LIVE, always(online=30, post=20), always(online=45, post=5))
    found = with_minutes(
        trap([cases(SERVICE, simple, "simple"), cases(SERVICE, always(online=2, post=48), "hard")]),
        *(takes(way, 10, "simple") for way in ("online", "post")),
        *(takes(way, 50, "hard") for way in ("online", "post")),
    ).found()
    assert found.verdicts() == [("claimed", None, "A")]
    assert found.holds(0)
    assert found.months()["like_for_like_minutes"].abs().max() == 0


def test_more_simple_cases_are_no_effect() -> None:
    """Half of the cases were simple, now four fifths are: mean minutes fall from 30 to 18, truth 0, all of it is mix:
    100 cases × (18 − 30) = −1,200."""
    found = with_minutes(
        trap(
            [
                cases(SERVICE, since(LIVE, always(post=50), always(post=80)), "simple"),
                cases(SERVICE, since(LIVE, always(post=50), always(post=20)), "hard"),
            ]
        ),
        takes("post", 10, "simple"),
        takes("post", 50, "hard"),
    ).found()
    assert found.month(MONTHS - 1)["mix_minutes"] == -1200
    assert found.year()["minutes"] == found.year()["p90"] == 0


def test_a_mix_nobody_told_is_named_and_stays_beneath() -> None:
    """The same, but the log has no case types and the office times 18 minutes after go-live where it timed 30 before.
    Truth 0; the 1,200 minutes a month are told beneath the headline, with their reason."""
    found = with_minutes(
        trap([cases(SERVICE, always(post=100), "unknown")]), takes("post", 18, since_on=WENT_LIVE)
    ).found()
    assert found.verdicts() == [("beneath", "mix_not_separable", "C")]
    assert found.frame.filter(pl.col("evidence_grade") == "A").is_empty()


def test_a_bad_year_before_go_live_is_named() -> None:
    """20 of 100 came online, in the baseline year 6, now 20 again: truth 0, regression to the mean."""

    def way(month: int) -> dict[str, int]:
        online = 6 if LIVE - 12 <= month < LIVE else 20
        return {"online": online, "post": 100 - online}

    found = trap(way).found()
    assert found.verdicts() == [("beneath", "regression_to_the_mean", "C")]


def test_without_services_beside_it_a_long_past_alone_is_named() -> None:
    """No comparison: 24 months of its own give grade C as its own trend, 23 grade C without comparison."""
    alone = [cases(SERVICE, since(LIVE, always(online=20, post=80), always(online=50, post=50)))]
    nobody = others().clear()
    assert trap(alone, beside=nobody).found().verdicts() == [("beneath", "own_trend_only", "C")]
    later = [one.filter(pl.col("month") > pl.col("month").min()) for one in alone]
    assert trap(later, beside=nobody).found().verdicts() == [("beneath", "no_comparison", "C")]
