"""Traps in what may be claimed at all: status, dates, baselines, channels, minutes. Truth is worked by hand in each test."""

import datetime as dt

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
    since,
    takes,
    trap,
    with_minutes,
)

USUAL = always(online=20, post=80)
# From 20 to 50 of 100: 30 cases a month × 18 minutes = 540, 6,480 a year.
JUMP = since(LIVE, USUAL, always(online=50, post=50))


def test_a_planned_measure_claims_nothing() -> None:
    """Truth: whatever rose, it was not this."""
    for status in ("planned", "running"):
        found = trap(JUMP, measure(status=status)).found()
        assert found.verdicts() == [("refused", "not_live", None)]
        assert found.months()["minutes"].null_count() == MONTHS - LIVE
        assert found.frame.filter(pl.col("service_code") == "all").is_empty()


def test_a_go_live_to_come_has_no_month() -> None:
    assert trap(JUMP, measure(month_of(MONTHS))).found().frame.is_empty()


def test_a_measure_claims_nothing_after_it_ended() -> None:
    """Live in 2023, ended in the midst of January 2024: 2023 is claimed, 540 a month; from January on nothing."""
    found = trap(JUMP, measure(ended_on=dt.date(2024, 1, 15), status="stopped")).found()
    assert found.verdicts() == [("claimed", None, "A"), ("refused", "ended", None)]
    assert found.months()["claim_state"].to_list() == ["claimed"] * 12 + ["refused"] * 12
    ended = found.frame.filter((pl.col("service_code") == "all") & (pl.col("span") == "since_live")).filter(
        pl.col("measure_id") == "all"
    )
    assert ended["month"].max() == month_of(MONTHS - 1)
    assert ended["p10"][-1] <= 6480 <= ended["p90"][-1]


def test_a_go_live_within_a_month_is_claimed_from_the_next_full_one() -> None:
    found = trap(JUMP, measure(dt.date(2023, 1, 2))).found()
    assert found.months()["month"].min() == dt.date(2023, 2, 1)


def test_one_month_of_baseline_is_too_short() -> None:
    late = cases(SERVICE, JUMP).filter(pl.col("month") >= month_of(LIVE - 1))
    assert trap([late]).found().verdicts() == [("refused", "baseline_too_short", None)]


def test_eleven_months_of_baseline_are_too_short_and_twelve_enough() -> None:
    months = pl.col("month")
    eleven, twelve = (cases(SERVICE, JUMP).filter(months >= month_of(LIVE - before)) for before in (11, 12))
    assert trap([eleven]).found().verdicts() == [("refused", "baseline_too_short", None)]
    assert trap([twelve]).found().verdicts() == [("claimed", None, "A")]


def test_three_cases_a_month_are_told_with_their_width_and_stay_out_of_totals() -> None:
    """1 of 3 came online, after go-live 2 of 3. 12 × 18 = 216 minutes a year, if it was no chance; 36 cases of baseline
    suffice, but of 3 cases a total could be computed back."""
    found = trap(since(LIVE, always(online=1, post=2), always(online=2, post=1))).found()
    assert found.verdicts() == [("claimed", None, "A")]
    last = found.month(MONTHS - 1)
    assert last["p10"] <= 18 <= last["p90"]
    assert last["p10"] <= 0
    assert found.frame.filter(pl.col("service_code") == "all").is_empty()


def test_two_cases_a_month_are_too_few() -> None:
    found = trap(since(LIVE, always(online=1, post=1), always(online=2))).found()
    assert found.verdicts() == [("refused", "too_few_baseline_cases", None)]


def test_a_month_without_cases_is_refused_and_the_others_stand() -> None:
    found = trap([cases(SERVICE, JUMP).filter(pl.col("month") != month_of(30))]).found()
    assert found.month(30)["refusal_reason"] == "no_cases"
    assert found.month(31)["claim_state"] == "claimed"


def test_assisted_cases_count_as_the_visit_they_are() -> None:
    """60 of 80 visits become forms that staff fill in with the applicant. Cases arrive here as `counter`, so nothing
    moved: truth 0. Told as online, each would claim 18 minutes."""
    assert trap(always(online=20, counter=80)).found().holds(0)
    as_online = trap(since(LIVE, always(online=20, counter=80), always(online=80, counter=20))).found()
    assert as_online.year()["p10"] > 0


def test_undecided_paper_waits_and_is_in_no_total() -> None:
    """50 of 100 come online and are decided; of the letters only 20 of 50. The undecided are no saving: told as
    provisional, at most what the decided can hold: 70 of 100 cases."""
    decided = since(LIVE, USUAL, always(online=50, post=20))
    found = trap([cases(SERVICE, JUMP, decided=decided)]).found()
    assert found.verdicts() == [("provisional", "undecided", "A")]
    assert found.month(MONTHS - 1)["claimed_cases"] == 70
    assert found.month(MONTHS - 1)["like_for_like_minutes"] < 540
    assert found.frame.filter(pl.col("service_code") == "all").is_empty()


def test_a_month_of_which_nothing_is_decided_yet_waits_as_well() -> None:
    """The last month's cases all lie: it has cases, so it is not refused for having none."""
    decided = since(MONTHS - 1, JUMP, always(online=0, post=0))
    found = trap([cases(SERVICE, JUMP, decided=decided)]).found()
    assert found.verdicts() == [("claimed", None, "A"), ("provisional", "undecided", "A")]
    assert found.month(MONTHS - 1)["minutes"] == 0


def test_an_old_backlog_decided_after_go_live_is_no_effect() -> None:
    """In the baseline year 300 letters a month came beside the usual cases and lay; after go-live they were decided at
    once. They belong to the months they came in: truth 0, and no month after go-live counts more than its 100 cases."""

    def way(month: int) -> dict[str, int]:
        return {"online": 80, "post": 320} if LIVE - 12 <= month < LIVE else {"online": 20, "post": 80}

    found = trap(way).found()
    assert found.holds(0)
    assert found.months()["claimed_cases"].to_list() == [100] * (MONTHS - LIVE)


def test_letters_whose_channel_got_lost_are_no_effect() -> None:
    """30 of 100 cases have no channel any more, all of them letters: the known ones look more online. Truth 0."""
    lost = since(LIVE, USUAL, always(online=20, post=50, unknown=30))
    found = trap(lost).found()
    assert found.verdicts() == [("beneath", "unknown_channels", "C")]
    assert found.frame.filter(pl.col("evidence_grade") == "A").is_empty()


def test_five_points_of_unknown_channels_are_borne() -> None:
    found = trap(since(LIVE, always(online=20, post=76, unknown=4), always(online=20, post=71, unknown=9))).found()
    assert found.verdicts() == [("claimed", None, "A")]
    assert found.holds(0)


@pytest.mark.parametrize(("new", "verdict"), [(4, ("claimed", None, "A")), (10, ("beneath", "unseen_case_types", "C"))])
def test_a_type_the_baseline_never_saw_leaves_out_its_cases_alone(new: int, verdict: tuple[str, ...]) -> None:
    """A few cases of a new type beside 100 known ones: the month stays, with the 540 of the known; many cost the grade."""
    fresh = cases(SERVICE, since(LIVE, always(), always(online=new)), "new")
    found = trap([cases(SERVICE, JUMP), fresh]).found()
    assert found.verdicts() == [verdict]
    last = found.month(MONTHS - 1)
    assert (last["claimed_cases"], last["left_out_cases"], last["like_for_like_minutes"]) == (100, new, 540)
    assert found.holds(6480, grade=verdict[2])


def test_a_first_way_online_is_priced_and_is_all_effect() -> None:
    """Nobody could come online; then 50 of 100 do: truth 12 × 50 × 18 = 10,800, though the others rise a little."""
    opened = since(LIVE, always(post=100), always(online=50, post=50))
    found = trap(opened).found()
    assert found.verdicts() == [("claimed", None, "A")]
    assert found.holds(10800)


def test_a_channel_unused_in_the_baseline_is_priced() -> None:
    """20 of the 80 letters become e-mails of 20 minutes: truth 12 × 20 × 10 = 2,400."""
    found = trap(since(LIVE, USUAL, always(online=20, post=60, email=20))).found()
    assert found.verdicts() == [("claimed", None, "A")]
    assert found.holds(2400)
    assert found.month(MONTHS - 1)["efficiency_minutes"] == 0


def test_a_channel_first_timed_when_it_opened_is_priced_by_that() -> None:
    """20 of the 80 letters become calls, which nobody could time before: truth 12 × 20 × (30 − 20) = 2,400, all of it of
    the channel and none of calls growing shorter."""
    calls = takes("phone", 20, since_on=WENT_LIVE)
    found = with_minutes(trap(since(LIVE, USUAL, always(online=20, post=60, phone=20))), calls).found()
    assert found.verdicts() == [("claimed", None, "A")]
    assert found.holds(2400)
    assert found.month(MONTHS - 1)["efficiency_minutes"] == 0


def test_minutes_by_decree_stay_beneath() -> None:
    """Nothing moved, but from go-live on a letter is said to take 10 minutes: truth unknown, nothing is in the headline."""
    for how in ({"sampled": None, "method": "decreed"}, {"sampled": 40, "method": None}):
        found = with_minutes(trap(USUAL), takes("post", 10, since_on=WENT_LIVE, **how)).found()
        assert found.verdicts() == [("beneath", "minutes_not_measured", "C")]
        assert found.month(MONTHS - 1)["efficiency_minutes"] == 80 * 20


def test_minutes_timed_again_are_claimed() -> None:
    """The same, timed on 50 cases: truth 12 × 80 × 20 = 19,200."""
    found = with_minutes(trap(USUAL), takes("post", 10, since_on=WENT_LIVE)).found()
    assert found.verdicts() == [("claimed", None, "A")]
    assert found.holds(19200)


def test_a_channel_nobody_timed_is_refused() -> None:
    found = trap(since(LIVE, USUAL, always(online=20, post=60, phone=20))).found()
    assert found.verdicts() == [("refused", "minutes_missing", None)]
