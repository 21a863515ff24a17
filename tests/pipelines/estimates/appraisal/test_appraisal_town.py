"""The town's appraisal: each measure up to its own horizon, worked by hand; what nobody planned is not carried on.

Measure a is live from the first month on, b from the fourth; the horizon is a year unless said otherwise, so a counts in
months 0 to 12 and b in 3 to 15. Seven months are booked; the town's pace is that of the last three.
"""

from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest

from tests.pipelines.estimates.appraisal.appraised import FIRST, appraised, assumed, booked, line, measure, month, paces

A = (-1_200.0, *[100.0] * 6)
B = (0.0, 0.0, 0.0, -600.0, 50.0, 50.0, 50.0)
NO_RATE = {"discount_rate": 0.0, "appraisal_years": 1.0}


def town(
    a: Sequence[float | None] = A,
    b: Sequence[float | None] = B,
    *,
    rates: dict[str, Any] = NO_RATE,
    deviation: float = 0.0,
    more: dict[str, dict[str, Any]] | None = None,
    of: dict[str, dict[str, Any]] | None = None,
) -> pl.DataFrame:
    """Both measures and their sum; one-off cost is what is below zero."""
    every = [(x or 0.0) + (y or 0.0) for x, y in zip(a, b, strict=True)]
    told = {"a": list(a), "b": list(b), "all": every}
    months = pl.concat(
        booked(
            net,
            name,
            **{key: [value] * len(net) for key, value in (more or {}).get(name, {}).items()},
        )
        for name, net in told.items()
    ).with_columns(
        one_off_cost_eur=pl.when(pl.col("net_cash_eur") < 0).then(-pl.col("net_cash_eur")).otherwise(0.0),
        running_cost_eur=pl.col("running_cost_eur").fill_null(0.0),
    )
    both = pl.concat(
        measure(**{"measure_id": name, "went_live_on": live, **(of or {}).get(name, {})})
        for name, live in (("a", FIRST), ("b", month(3)))
    )
    pace = pl.concat(
        paces(name, recurring_net=net, recurring_net_deviation=deviation)
        for name, net in (("a", 100), ("b", 50), ("all", 150))
    )
    return appraised(months, assumed(**rates), pace=pace, of=both, end=month(len(every)))


def fan(frame: pl.DataFrame, name: str = "cash") -> list[float]:
    """The town's running sum, month by month."""
    return frame.filter(kind="month", line=name, measure_id="all").sort("month")["value"].to_list()


def test_the_town_is_the_sum_of_its_measures_each_to_its_own_horizon() -> None:
    """a: -1,200 + 12 · 100 = 0; b: -600 + 12 · 50 = 0. With 150 to the last month of b the town had 300 nobody planned."""
    frame = town()
    said = {name: line(frame, measure_id=name) for name in ("a", "b", "all")}
    assert (said["a"]["value"], said["b"]["value"], said["all"]["value"]) == (0, 0, 0)
    assert said["all"]["horizon_end_month"] == said["b"]["horizon_end_month"] == month(15)
    steps = [-1_200, 100, 100, 100 - 600, *[150] * 9, *[50] * 3]
    assert fan(frame) == [sum(steps[: at + 1]) for at in range(16)]


def test_what_a_measure_booked_beyond_its_horizon_is_not_its_own_nor_the_town_s() -> None:
    """Three months: a -1,200 + 3 · 100 = -900, though six were booked; b -600 + 3 · 50 = -450."""
    frame = town(rates={"discount_rate": 0.0, "appraisal_years": 0.25})
    assert [line(frame, measure_id=name)["value"] for name in ("a", "b", "all")] == [-900, -450, -1_350]
    assert line(frame, measure_id="all")["discounted_so_far"] == -1_350


def test_interest_of_the_town_is_that_of_its_months() -> None:
    """At 10 %, in the money of the first month; b's own value is in that of its own first row, which is the same here."""
    frame = town(rates={"discount_rate": 0.1, "appraisal_years": 1.0})
    values = [line(frame, measure_id=name)["value"] for name in ("a", "b", "all")]
    assert values[2] == pytest.approx(values[0] + values[1], abs=0.011)
    assert values[0] == pytest.approx(-1_200 + sum(100 / 1.1 ** (at / 12) for at in range(1, 13)), abs=0.005)


def test_measures_of_one_horizon_are_the_town_as_it_was() -> None:
    frame = town(of={"b": {"went_live_on": FIRST}})
    assert fan(frame)[-1] == -1_200 + 600 - 600 + 150 + 6 * 150


def test_what_went_live_last_decides_no_more_than_its_own_end() -> None:
    """A longer horizon of the tornado moves each measure's: two years are 12 months of 150 more, of which a lacks none."""
    years = {"discount_rate": 0.0, "appraisal_years": (1.0, 1.0, 2.0)}
    frame = town(rates=years)
    (driver,) = frame.filter(kind="driver", line="cash", measure_id="all", assumption="appraisal_years").to_dicts()
    assert (driver["value_at_low"], driver["value_at_high"]) == (0, 12 * 150)


def test_a_measure_whose_parallel_cost_nobody_told_ends_with_its_horizon_too() -> None:
    """a's net is unknown, its relief of 140 and 40 to run it are not: 100 a month leave the town with its horizon."""
    one = {"cash_released_eur": 140.0, "running_cost_eur": 40.0, "one_off_cost_eur": 0.0, "net_cash_eur": None}
    known = town().filter(kind="line").height
    months = pl.concat(
        booked(net, name) for name, net in (("a", A), ("b", B), ("all", [x + y for x, y in zip(A, B, strict=True)]))
    ).with_columns(pl.col("running_cost_eur").fill_null(0.0))
    unknown = months.with_columns(
        **{
            name: pl.when(measure_id="a").then(pl.lit(value, pl.Float64)).otherwise(pl.col(name))
            for name, value in one.items()
        }
    )
    both = pl.concat(measure(measure_id=name, went_live_on=live) for name, live in (("a", FIRST), ("b", month(3))))
    pace = pl.concat(paces(name, recurring_net=net) for name, net in (("a", 100), ("b", 50), ("all", 150)))
    frame = appraised(unknown, assumed(**NO_RATE), pace=pace, of=both, end=month(7))
    assert line(frame, measure_id="a")["refusal_reason"] == "parallel_cost_unknown"
    assert line(frame, measure_id="all")["value"] == 0
    assert known == frame.filter(kind="line").height


def test_parallel_cost_ends_with_the_paper_route_of_each() -> None:
    """b pays 20 of its months for both routes until they close with month 10: 20 more in months 10 to 15, no longer."""
    both_routes = {"b": {"parallel_cost_eur": 20.0}}
    closed = town(more=both_routes, of={"b": {"paper_route_closed_on": month(10)}})
    assert line(closed, measure_id="all")["value"] == 6 * 20
    assert line(town(more=both_routes), measure_id="all")["value"] == 0
    ended = town(more={"a": {"parallel_cost_eur": 20.0}}, of={"a": {"paper_route_closed_on": month(10)}})
    assert line(ended, measure_id="all")["value"] == 3 * 20


def test_the_spread_of_what_has_ended_goes_with_it() -> None:
    """All that varies is a: 70, 100, 130. Its horizon ends with month 12, so the bounds widen for six months only."""
    varied = (-1_200.0, 100.0, 100.0, 100.0, 70.0, 100.0, 130.0)
    frame = town(varied, deviation=30.0).filter(kind="month", line="cash", measure_id="all").sort("month")
    widths = (frame["p90"] - frame["p10"]).to_list()
    assert widths[6] == 0 and widths[7] > 0
    assert widths[12] == pytest.approx(6 * widths[7], rel=1e-3)
    assert widths[13:] == pytest.approx([widths[12]] * 3, abs=0.02)


def test_hours_end_with_their_measure_too() -> None:
    """An hour a month worth 30 of a, a third of one worth 10 of b: 13 months of a and 16 of b, as b's rows begin with a."""
    one = {"hour_eur": 30.0, "hour_low_eur": 30.0, "hour_high_eur": 30.0, "claimed_cases": 9}
    exact = {
        name: {**dict.fromkeys(("minutes", "p10", "p50", "p90", "so_far_p10", "so_far_p90"), minutes), **one,
               "capacity_value": minutes / 2}
        for name, minutes in (("a", 60.0), ("b", 20.0), ("all", 80.0))
    }  # fmt: skip
    frame = town(more=exact)
    said = {name: line(frame, "cash_and_capacity", name)["value"] for name in ("a", "b", "all")}
    assert said == {"a": 13 * 30, "b": 16 * 10, "all": 13 * 30 + 16 * 10}
