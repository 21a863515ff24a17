"""Hours in euros: by the rate of those who do the work, never twice, with overheads only where a post went; alternatives."""

from typing import Any

import polars as pl
import pytest

from pipelines.estimates.appraising.frames import ALTERNATIVES, alternatives_frame
from pipelines.estimates.appraising.outlook import Known
from tests.pipelines.estimates.appraisal.appraised import appraised, assumed, booked, line, measure, month, paces

TOLD = {
    "paper_route_fixed_cost.m": 12_000.0,
    "paper_case_cost": 2.0,
    "digital_first_paper_share": 0.1,
    "digital_first_one_off": 1_000.0,
    "digital_only_one_off.m": 2_000.0,
    "digital_only_assisted_share": 0.25,
    "appraisal_years": 1.0,
    "discount_rate": 0.0,
}
YEAR = {
    "measure_id": "m", "cases": 1_000.0, "paper_cases": 400.0, "proven_paper_cases": 300.0, "gap_minutes": 20.0,
    "saved_minutes": 6_600.0, "saved_p10": 5_000.0, "saved_p90": 8_000.0, "after_minutes": 60_000.0,
}  # fmt: skip


def hours(months: int, **said: Any) -> dict[str, list[Any]]:
    """The same hours each month: one hour, worth 30 euros, known exactly."""
    one = {
        "minutes": 60.0, "p10": 60.0, "p50": 60.0, "p90": 60.0, "so_far_p10": 60.0, "so_far_p90": 60.0,
        "capacity_value": 30.0, "hour_eur": 30.0, "hour_low_eur": 30.0, "hour_high_eur": 30.0, "claimed_cases": 9,
        "lapsed_fte": 0.0, "staff_relief_eur": 0.0, **said,
    }  # fmt: skip
    return {name: value if isinstance(value, list) else [value] * months for name, value in one.items()}


def test_hours_stand_on_a_line_of_their_own() -> None:
    """By hand: -1,200, then 100 a month, and 30 for an hour: 12 months of the horizon, of which 3 are booked."""
    months = booked(
        [-1_200, 100, 100, 100], **hours(4, minutes=[None, 60.0, 60.0, 60.0], capacity_value=[None, *[30.0] * 3])
    )
    frame = appraised(months, assumed(discount_rate=0.0, appraisal_years=1.0), pace=paces(recurring_net=100))
    assert line(frame)["value"] == 0
    assert line(frame)["claimed_cases"] is None
    with_hours = line(frame, "cash_and_capacity")
    assert (with_hours["value"], with_hours["claimed_cases"]) == (12 * 30, 27)
    assert with_hours["overhead_state"] == "no_post_lapsed"


def test_the_hours_of_a_post_that_went_are_cash_already_and_only_they_bear_overheads() -> None:
    """By hand: half the hour's post went, 20 % of 50 euros relief and half a workplace of 1,200 a year: 15 + 10 + 50."""
    months = booked([-100, 50, 50, 50], **hours(4, lapsed_fte=0.5, staff_relief_eur=50.0))
    told = {"discount_rate": 0.0, "appraisal_years": 0.25, "annual_minutes": 720.0}
    of = paces(recurring_net=50, staff_relief=50)
    counted = appraised(months, assumed(**told, overhead_share=0.2, workplace_cost=1_200.0), pace=of)
    assert line(counted, "cash_and_capacity")["value"] == 50 + 4 * (15 + 10 + 50)
    assert line(counted, "cash_and_capacity")["overhead_state"] == "counted"
    untold = line(appraised(months, assumed(**told), pace=of), "cash_and_capacity")
    assert (untold["value"], untold["overhead_state"]) == (50 + 4 * 15, "not_told")


def test_the_spread_of_the_hours_is_the_estimates_own() -> None:
    """Ten months, each 30 to 90 minutes, but all of them 500 to 700: at 60 euros an hour 100 euros each way."""
    said = hours(10, p10=30.0, p90=90.0, so_far_p10=500.0, so_far_p90=700.0, capacity_value=60.0, hour_eur=60.0,
                 hour_low_eur=60.0, hour_high_eur=60.0)  # fmt: skip
    frame = appraised(
        booked([-100, *[0.0] * 9], **said), assumed(discount_rate=0.0), of=measure(status="stopped", ended_on=month(9))
    )
    row = line(frame, "cash_and_capacity")
    assert row["value"] == 500
    assert row["p10"] == pytest.approx(400, abs=12) and row["p90"] == pytest.approx(600, abs=12)


def test_a_stopped_measure_frees_no_more_hours() -> None:
    """By hand: two hours until it ended, four months of bookings after it."""
    said = hours(6, minutes=[60.0, 60.0, *[None] * 4])
    of = measure(status="stopped", ended_on=month(2))
    frame = appraised(booked([-100, *[0.0] * 5], **said), assumed(discount_rate=0.0), of=of)
    assert line(frame, "cash_and_capacity")["value"] == -100 + 2 * 30


def test_the_tornado_names_the_rate_in_euros_an_hour() -> None:
    months = booked([-1_200, 100, 100, 100], **hours(4, hour_low_eur=24.0, hour_high_eur=45.0))
    frame = appraised(months, assumed(discount_rate=0.0, appraisal_years=1.0), pace=paces(recurring_net=100))
    (driver,) = frame.filter(kind="driver", line="cash_and_capacity", measure_id="m").to_dicts()
    assert (driver["assumption"], driver["low"], driver["value"], driver["high"]) == ("staff_cost_rate", 24, 30, 45)
    assert (driver["value_at_low"], driver["value_at_high"]) == (13 * 24, 13 * 45)


@pytest.mark.parametrize(
    ("reason", "said", "end"),
    [
        ("no_hours", {"minutes": None}, 4),
        ("no_staff_rate", {"capacity_value": [30.0, None, 30.0, 30.0]}, 4),
        ("no_annual_minutes", {"lapsed_fte": 0.5}, 4),
        ("pace_too_short", {"minutes": [None, None, 60.0, 60.0]}, 4),
    ],
)
def test_hours_are_refused_with_a_reason_and_money_is_not(reason: str, said: dict[str, Any], end: int) -> None:
    frame = appraised(booked([-9, 1, 1, 1], **hours(4, **said)), assumed(discount_rate=0.0), end=month(end))
    assert line(frame)["refusal_reason"] is None
    assert line(frame, "cash_and_capacity")["refusal_reason"] == reason


def test_hours_of_long_ago_are_no_pace() -> None:
    said = hours(20, minutes=[*[60.0] * 6, *[None] * 14])
    frame = appraised(booked([-9, *[1.0] * 19], **said), assumed(discount_rate=0.0))
    assert line(frame, "cash_and_capacity")["refusal_reason"] == "hours_out_of_date"


def test_the_pace_of_the_hours_begins_with_go_live_of_a_measure_that_has_any() -> None:
    """By hand: two hours a month since go-live in month 2, one before: 2 · 30 a month to come."""
    value = [30.0, 30.0, *[60.0] * 3]
    frame = appraised(
        booked([-9, 0, 0, 0, 0], **hours(5, capacity_value=value)),
        assumed(discount_rate=0.0, appraisal_years=1.0),
        changes=[
            {"measure_id": "m", "change": "went_live", "month": month(2)},
            {"measure_id": "m", "change": "relief_began", "month": month(4)},
        ],
    )
    assert line(frame, "cash_and_capacity")["value"] == -9 + sum(value) + 8 * 60


def ways(
    told: dict[str, float], year: dict[str, Any] | None = None, **of: Any
) -> dict[tuple[str, str], dict[str, Any]]:
    """The rows of a measure that cost 5,000 once and 100 a month, by alternative and line."""
    months = booked([-5_000, -100, -100, -100], **hours(4)).with_columns(
        one_off_cost_eur=pl.Series([5_000.0, 0.0, 0.0, 0.0])
    )
    changes = pl.DataFrame(schema={"measure_id": pl.String, "change": pl.String, "month": pl.Date})
    known = Known.of_frames(
        months,
        paces(recurring_net=-100, relief=250, running_cost=100, parallel_cost=50),
        changes,
        assumed(**told),
        month(4),
        1,
    )
    counted = pl.DataFrame(
        [YEAR | (year or {})], schema={"measure_id": pl.String, **dict.fromkeys(list(YEAR)[1:], pl.Float64)}
    )
    return {
        (row["alternative"], row["line"]): row for row in alternatives_frame(known, measure(**of), counted).to_dicts()
    }


def test_the_four_ways_by_hand() -> None:
    """A year without interest: paper costs 12,000 and 2 a case; 3,000 left the budget, 1,200 and 600 came in addition."""
    said = ways(TOLD)
    cash = {
        "nothing": -(12_000 + 2 * 400 + 3_000),
        "digital_beside": -(5_000 + 12_000 + 2 * 400 + 1_200 + 600),
        "digital_first": -(6_000 + 12_000 + 2 * 100 + 1_200 + 600),
        "digital_only": -(7_000 + 1_200),
    }
    hours_cost = {"nothing": 33_300, "digital_beside": 30_000, "digital_first": 27_750, "digital_only": 27_750}
    assert {way: said[way, "cash"]["value"] for way in ALTERNATIVES} == pytest.approx(cash)
    with_hours = {way: cash[way] - hours_cost[way] for way in ALTERNATIVES}
    assert {way: said[way, "cash_and_capacity"]["value"] for way in ALTERNATIVES} == pytest.approx(with_hours)


def test_only_what_the_town_told_is_worked_out() -> None:
    untold = {name: value for name, value in TOLD.items() if name not in ("paper_case_cost", "digital_first_one_off")}
    said = ways(untold)
    assert said["nothing", "cash"]["missing_assumptions"] == "paper_case_cost"
    assert said["digital_first", "cash"]["missing_assumptions"] == "paper_case_cost, digital_first_one_off"
    assert {said[way, "cash"]["refusal_reason"] for way in ALTERNATIVES[:3]} == {"not_told"}
    assert said["digital_only", "cash"]["value"] == -(7_000 + 1_200)


@pytest.mark.parametrize(
    ("year", "of", "reasons"),
    [
        ({"saved_minutes": None}, {}, (None, None, "no_hours")),
        ({"gap_minutes": None}, {}, (None, None, "no_minutes")),
        ({"measure_id": "another"}, {}, ("no_cases", "no_cases", "no_cases")),
        ({}, {"status": "stopped", "ended_on": month(3)}, ("ended", "ended", "ended")),
        ({}, {"status": "planned"}, ("not_live", "not_live", "not_live")),
    ],
)
def test_ways_are_refused_with_a_reason(year: dict[str, Any], of: dict[str, Any], reasons: tuple[str, ...]) -> None:
    said = ways(TOLD, year, **of)
    keys = (("nothing", "cash"), ("digital_only", "cash"), ("digital_only", "cash_and_capacity"))
    assert tuple(said[key]["refusal_reason"] for key in keys) == reasons


def test_a_wider_assumption_widens_its_ways_alone() -> None:
    wide = TOLD | {"paper_route_fixed_cost.m": (6_000.0, 12_000.0, 18_000.0)}
    said = ways(wide)  # type: ignore[arg-type]
    spread = {way: said[way, "cash"]["p90"] - said[way, "cash"]["p10"] for way in ALTERNATIVES}
    # Between its tenth and ninetieth percentile a symmetric triangle has 1 - sqrt(0.2) of its width.
    assert spread["digital_beside"] == pytest.approx(12_000 * (1 - 0.2**0.5), rel=0.06)
    assert spread["digital_only"] == 0
