"""Present values and payback: published results, values by hand, twins that differ in one thing, and every refusal."""

import datetime as dt
from itertools import pairwise

import numpy as np
import pytest

from pipelines.estimates.appraising.worth import dynamic_payback_years
from tests.pipelines.estimates.appraisal.appraised import appraised, assumed, booked, line, measure, month, paces

INVESTED = -100_000.0
NAIVE = (20_000.0,) * 5
RAMP = (-17_500.0, -10_000.0, 12_500.0, 20_000.0, 20_000.0)
"""Relief of 30,000 a year that comes by quarters, 10,000 running cost, 15,000 parallel cost in two years."""


def by_year(flows: tuple[float, ...]) -> list[float]:
    """An investment in the first month and one flow at the end of each year after it."""
    net = [INVESTED, *[0.0] * (12 * len(flows))]
    for year, flow in enumerate(flows, 1):
        net[12 * year] = flow
    return net


@pytest.mark.parametrize(
    ("flows", "rate", "worth"),
    [
        (NAIVE, 0.009, -2_644.30),
        (NAIVE, 0.0, 0.0),
        (NAIVE, 0.03, -8_405.86),
        (RAMP, 0.009, -76_578.11),
        ((*RAMP, 20_000.0, 20_000.0, 20_000.0), 0.009, -20_224.11),
    ],
)
def test_published_net_present_values(flows: tuple[float, ...], rate: float, worth: float) -> None:
    frame = appraised(booked(by_year(flows)), assumed(discount_rate=rate, appraisal_years=float(len(flows))))
    assert line(frame)["value"] == pytest.approx(worth, abs=0.005)


def test_the_static_payback_of_five_years_is_reached_in_its_last_month_and_with_interest_never() -> None:
    without, with_interest = (line(appraised(booked(by_year(NAIVE)), assumed(discount_rate=r))) for r in (0.0, 0.009))
    assert without["break_even_state"] == "reached"
    assert {without[f"payback_month_{name}"] for name in ("p10", "p50", "p90")} == {month(60)}
    assert with_interest["break_even_state"] == "not_within_horizon"
    assert with_interest["payback_month_p10"] is None and with_interest["probability_within_horizon"] == 0


@pytest.mark.parametrize(
    ("missing", "net", "rate", "years"),
    [(100_000, 20_000, 0.009, 5.14), (100_000, 20_000, 0.0, 5.0), (100_000, 0, 0.009, None), (100, 0.8, 0.009, None)],
)
def test_dynamic_payback(missing: float, net: float, rate: float, years: float | None) -> None:
    found = dynamic_payback_years(missing, net, rate)
    assert found == (None if years is None else pytest.approx(years, abs=0.005))


def test_the_pace_carries_on_to_the_horizon() -> None:
    """By hand: 1,200 spent, 100 a month since; after twelve months nothing is missing."""
    frame = appraised(
        booked([-1_200, 100, 100, 100]), assumed(discount_rate=0.0, appraisal_years=2.0), pace=paces(recurring_net=100)
    )
    said = line(frame)
    assert (said["break_even_state"], said["payback_month_p50"], said["value"]) == ("expected", month(12), 1_200)
    assert (said["discounted_so_far"], said["years_to_payback"]) == (-900, 0.75)
    fan = frame.filter((frame["kind"] == "month") & (frame["line"] == "cash")).sort("month")
    assert fan["value"].to_list() == [-1_200 + 100 * at for at in range(25)]


def test_the_discounted_past_at_no_rate_is_the_cash_so_far() -> None:
    net = [-3_107.55, 12.34, 0.0, 999.99, -0.01]
    said = line(appraised(booked(net), assumed(discount_rate=0.0)))
    assert said["discounted_so_far"] == pytest.approx(sum(net), abs=0.005)


def test_a_dearer_investment_moves_the_value_by_exactly_that_and_is_never_paid_back_earlier() -> None:
    months = []
    rows = [[-cost, *[50.0, -20.0, 90.0] * 4] for cost in range(0, 3_000, 250)]
    said = [line(appraised(booked(row), assumed(discount_rate=0.009), pace=paces(recurring_net=40))) for row in rows]
    for before, after in pairwise(said):
        assert after["value"] == pytest.approx(before["value"] - 250, abs=0.011)
        assert after["p50"] == pytest.approx(before["p50"] - 250, abs=0.011)
        months.append((before["payback_month_p50"] or dt.date.max, after["payback_month_p50"] or dt.date.max))
    assert all(before <= after for before, after in months)
    assert months[0][0] < months[-1][1]


def test_who_pays_again_afterwards_has_not_been_paid_back() -> None:
    said = line(appraised(booked([-100, 150, -100, 20, 20, 20]), assumed(discount_rate=0.0)))
    assert said["payback_month_p50"] == month(5)


def test_the_spread_is_that_of_the_mean_of_the_months() -> None:
    """Student's t with 8 degrees of freedom: 1.397 standard errors each way, 30 / 3 euros a month, 50 months to come."""
    said = line(
        appraised(
            booked([-1_000, *[100] * 10]),
            assumed(discount_rate=0.0),
            pace=paces(recurring_net=100, recurring_net_deviation=30, months_since=9),
        )
    )
    assert said["value"] == -1_000 + 60 * 100
    assert said["p90"] - said["p50"] == pytest.approx(1.397 * 10 * 50, rel=0.1)
    assert said["p50"] - said["p10"] == pytest.approx(1.397 * 10 * 50, rel=0.1)


def test_a_stopped_measure_brings_nothing_more() -> None:
    of = measure(status="stopped", ended_on=month(3))
    said = line(
        appraised(booked([-500, 100, 100, 100]), assumed(discount_rate=0.0), pace=paces(recurring_net=100), of=of)
    )
    assert (said["value"], said["p10"], said["p90"]) == (-200, -200, -200)
    assert said["break_even_state"] == "not_within_horizon"


@pytest.mark.parametrize(
    ("closed", "first_month_without"), [(month(7), 7), (month(6).replace(day=15), 7), (month(2), 13), (None, 13)]
)
def test_a_paper_route_that_closes_ends_the_parallel_cost(closed: dt.date | None, first_month_without: int) -> None:
    """By hand: -30 a month, of it 40 for running both routes until it closes; what is booked after a closing goes on."""
    of = measure(paper_route_closed_on=closed)
    said = line(
        appraised(
            booked([-500, -30, -30, -30]),
            assumed(discount_rate=0.0, appraisal_years=1.0),
            pace=paces(recurring_net=-30, parallel_cost=40),
            of=of,
        )
    )
    assert said["value"] == -500 - 30 * (first_month_without - 1) + 10 * (13 - first_month_without)


def test_the_horizon_counts_from_go_live_and_says_whether_it_was_decided() -> None:
    of = measure(went_live_on=dt.date(2020, 4, 20))
    usual = line(appraised(booked([-9, 1, 1, 1, 1, 1]), assumed(discount_rate=0.0), of=of))
    decided = line(appraised(booked([-9, 1, 1, 1, 1, 1]), assumed(discount_rate=0.0, appraisal_years=3.0), of=of))
    assert (usual["horizon_end_month"], usual["is_default_horizon"]) == (dt.date(2025, 4, 1), True)
    assert (decided["horizon_end_month"], decided["is_default_horizon"]) == (dt.date(2023, 4, 1), False)


def test_the_tornado_is_the_value_with_one_assumption_elsewhere() -> None:
    net, decided = [-1_200.0, *[100.0] * 9], {"discount_rate": (0.0, 0.009, 0.03), "appraisal_years": (3.0, 5.0, 8.0)}
    pace = paces(recurring_net=100, recurring_net_deviation=30, months_since=9)
    frame = appraised(booked(net), assumed(**decided), pace=pace)
    drivers = {row["assumption"]: row for row in frame.filter(kind="driver", line="cash", measure_id="m").to_dicts()}
    assert drivers.keys() == {"discount_rate", "appraisal_years", "cash_pace"}
    at_no_rate = line(appraised(booked(net), assumed(discount_rate=0.0, appraisal_years=5.0), pace=pace))
    for_eight_years = line(appraised(booked(net), assumed(discount_rate=0.009, appraisal_years=8.0), pace=pace))
    assert drivers["discount_rate"]["value_at_low"] == at_no_rate["value"]
    assert drivers["appraisal_years"]["value_at_high"] == for_eight_years["value"]
    slower = paces(recurring_net=drivers["cash_pace"]["low"], months_since=9)
    slow = line(appraised(booked(net), assumed(discount_rate=0.009, appraisal_years=5.0), pace=slower))
    assert drivers["cash_pace"]["value_at_low"] == pytest.approx(slow["value"], abs=0.01)


def test_the_same_town_gives_the_same_draws() -> None:
    net, pace = [-1_200.0, *[100.0] * 9], paces(recurring_net=100, recurring_net_deviation=30, months_since=9)
    assumptions = assumed(discount_rate=(0.0, 0.009, 0.03))
    first, again = (appraised(booked(net), assumptions, pace=pace) for _ in range(2))
    assert first.equals(again)
    assert not np.isclose(line(first)["p10"], line(first)["p90"])


@pytest.mark.parametrize(
    ("reason", "net", "said"),
    [
        ("not_live", [-1, 1, 1, 1], {"of": measure(status="planned", went_live_on=None)}),
        ("not_live", [-1, 1, 1, 1], {"of": measure(went_live_on=dt.date(2031, 1, 1))}),
        ("no_discount_rate", [-1, 1, 1, 1], {"assumptions": assumed(appraisal_years=5.0)}),
        ("parallel_cost_unknown", [-1, None, 1, 1], {}),
        ("finance_silent", [-1, 1, 1, 1], {"end": month(8)}),
        ("nothing_booked", [0, 0, 0, 0], {}),
        ("pace_too_short", [-1, 1, 1, 1], {"pace": paces(months_since=2)}),
    ],
)
def test_money_is_refused_with_a_reason(reason: str, net: list[float | None], said: dict[str, object]) -> None:
    frame = appraised(booked(net), **({"assumptions": assumed(discount_rate=0.009)} | said))  # type: ignore[arg-type]
    for name in ("cash", "cash_and_capacity"):
        row = line(frame, name)
        assert (row["refusal_reason"], row["break_even_state"], row["value"]) == (reason, "unknown", None)
    assert frame.filter(measure_id="m")["kind"].unique().to_list() == ["line"]


def test_three_silent_months_are_carried_on_and_a_measure_without_a_booking_is_none() -> None:
    assert line(appraised(booked([-1, 1, 1, 1]), assumed(discount_rate=0.0), end=month(7)))["refusal_reason"] is None
    untold = booked([None, None, None]).with_columns(cash_released_eur=None)
    assert line(appraised(untold, assumed(discount_rate=0.0)))["refusal_reason"] == "no_bookings"
