"""Appraisals as frames: when a measure has paid for itself, what moves that, and what the alternatives cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np
import polars as pl

from pipelines.estimates.appraising.outlook import (
    ALL,
    AT_WORK,
    Known,
    in_its_unit,
    month,
    outlook,
    ranges,
    refused_cash,
    refused_hours,
    services_of,
)
from pipelines.estimates.appraising.town import until, with_parts
from pipelines.estimates.appraising.worth import (
    DRAWS,
    LINES,
    MINUTES,
    SEED,
    YEAR,
    Outlook,
    Range,
    Uncertain,
    cost_in_money_of_the_start,
    discounted,
    dynamic_payback_years,
    payback_positions,
)
from pipelines.estimates.panel import Floats
from sources.contract.vocabularies import MeasureStatus

_QUANTILES: Final = {"p10": 0.1, "p50": 0.5, "p90": 0.9}

_TEXTS: Final = (
    "kind", "measure_id", "line", "assumption", "refusal_reason", "break_even_state", "overhead_state",
)  # fmt: skip
_DAYS: Final = (
    "month", "base_month", "told_until_month", "horizon_end_month", "payback_month_p10", "payback_month_p50",
    "payback_month_p90",
)  # fmt: skip
_NUMBERS: Final = (
    "appraisal_years", "discount_rate", "value", "p10", "p50", "p90", "low", "high", "value_at_low", "value_at_high",
    "discounted_so_far", "probability_within_horizon", "years_to_payback",
)  # fmt: skip
SCHEMA: Final = {
    **dict.fromkeys(_TEXTS, pl.String),
    **dict.fromkeys(_DAYS, pl.Date),
    **dict.fromkeys(_NUMBERS, pl.Float64),
    **dict.fromkeys(("pace_months", "claimed_cases", "draws_seed"), pl.Int64),
    "is_default_horizon": pl.Boolean,
}


def appraisal_frame(
    months: pl.DataFrame,
    paces: pl.DataFrame,
    changes: pl.DataFrame,
    measures: pl.DataFrame,
    assumptions: pl.DataFrame,
    end: dt.date,
    seed: int = SEED,
) -> pl.DataFrame:
    """Appraise each measure, and the town (`SCHEMA`).

    Rows by kind: `line`, one per measure (all for the town) and line, refused ones with their reason; `month`, the
    discounted running sum up to the horizon; `driver`, the net present value with one assumption at its low and at its
    high end, the others at their value.

    Args:
        months: as int_appraisal_months_filled has them.
        paces: as int_pace_measured has them.
        changes: as int_changes_dated has them.
        measures: measure_id, went_live_on, ended_on, paper_route_closed_on, status.
        assumptions: assumption, value, low, high, those that hold on the as-of day.
        end: the first month that is not over.
        seed: where the draws begin.
    """
    known = Known.of_frames(months, paces, changes, assumptions, end, seed)
    live = measures.filter(pl.col("status").is_in([*AT_WORK]) & (pl.col("went_live_on") < end))
    town = {"measure_id": ALL, "went_live_on": live["went_live_on"].max(), "status": MeasureStatus.LIVE}
    town["measures"] = live.to_dicts()
    scopes = [*measures.sort("measure_id").to_dicts(), *([town] if live.height else [])]
    rows = [row for scope in scopes for row in _rows(known, scope)]
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return frame.sort("kind", "measure_id", "line", "month", "assumption")


def _rows(known: Known, scope: dict[str, Any]) -> Iterator[dict[str, Any]]:
    mine = known.months.filter(pl.col("measure_id") == scope["measure_id"]).sort("month")
    reason = refused_cash(known, scope, mine)
    seen = None if reason else with_parts(known, outlook(known, scope, mine), scope.get("measures", ()))
    for line in LINES:
        why = reason or (refused_hours(known, scope, mine) if line != "cash" else None)
        if why or seen is None:
            yield _of(known, scope["measure_id"], line) | {"refusal_reason": why, "break_even_state": "unknown"}
        else:
            yield from _line(known, seen, line)
            yield from _months(known, seen, line)
            yield from _drivers(known, seen, line)


def _of(known: Known, measure_id: str, line: str) -> dict[str, Any]:
    rate = known.assumptions.get("discount_rate")
    return {
        "kind": "line",
        "measure_id": measure_id,
        "line": line,
        "appraisal_years": known.years,
        "is_default_horizon": "appraisal_years" not in known.assumptions,
        "discount_rate": None if rate is None else rate.value,
        "pace_months": known.paces.get(measure_id, {}).get("months_since", 0),
        "draws_seed": known.seed,
    }


def _line(known: Known, seen: Outlook, line: str) -> Iterator[dict[str, Any]]:
    months, told = seen.horizon(known.years), len(seen.booked)
    drawn, middle = known.drawn(seen, DRAWS), known.middle()
    worth = discounted(until(seen, line, known.years, drawn), drawn.discount_rate)
    certain = discounted(until(seen, line, known.years, middle), middle.discount_rate)
    paid_back = payback_positions(np.cumsum(worth, axis=1))
    at = {name: int(np.quantile(paid_back, share, method="inverted_cdf")) for name, share in _QUANTILES.items()}
    is_reached = at["p90"] < min(told, months)
    state = "reached" if is_reached else "expected" if at["p50"] < months else "not_within_horizon"
    yield _of(known, seen.measure_id, line) | {
        "break_even_state": state,
        "base_month": seen.first,
        "told_until_month": month(seen.first, told - 1),
        "horizon_end_month": month(seen.first, months - 1),
        "value": _euros(certain.sum()),
        "discounted_so_far": _euros(certain[:, :told].sum()),
        **_quantiles(worth.sum(axis=1)),
        **{f"payback_month_{name}": month(seen.first, to) if to < months else None for name, to in at.items()},
        "probability_within_horizon": float(np.mean(paid_back < months)),
        "years_to_payback": _years_left(seen, line, middle),
        "claimed_cases": seen.hours.cases if seen.hours and line != "cash" else None,
        "overhead_state": None if line == "cash" else known.overhead_state(seen),
    }


def _years_left(seen: Outlook, line: str, middle: Uncertain) -> float | None:
    """Years from the last booked month until what is missing then is paid back at the present pace."""
    told = len(seen.booked)
    flows = seen.flows(line, told + 1, middle)[0]
    missing, rate = -float(flows[:told].sum()), float(middle.discount_rate[0])
    if missing <= 0:
        return None
    years = dynamic_payback_years(missing, float(flows[told]) * YEAR, rate)
    return None if years is None else round(years, 2)


def _months(known: Known, seen: Outlook, line: str) -> Iterator[dict[str, Any]]:
    """The discounted running sum, month by month."""
    drawn, middle = known.drawn(seen, DRAWS), known.middle()
    running = np.cumsum(discounted(until(seen, line, known.years, drawn), drawn.discount_rate), axis=1)
    bounds = np.quantile(running, list(_QUANTILES.values()), axis=0)
    certain = np.cumsum(discounted(until(seen, line, known.years, middle), middle.discount_rate), axis=1)[0]
    for position in range(seen.horizon(known.years)):
        yield {
            "kind": "month",
            "measure_id": seen.measure_id,
            "line": line,
            "month": month(seen.first, position),
            "told_until_month": month(seen.first, len(seen.booked) - 1),
            "value": _euros(certain[position]),
            **{name: _euros(of[position]) for name, of in zip(_QUANTILES, bounds, strict=True)},
            "draws_seed": known.seed,
        }


def _drivers(known: Known, seen: Outlook, line: str) -> Iterator[dict[str, Any]]:
    """The net present value with one assumption at either end and the others at their value."""
    for name, of in ranges(known, seen, line).items():
        at_ends = [_net_present_value(known, seen, line, name, end) for end in (of.low, of.high)]
        if at_ends[0] == at_ends[1]:
            continue
        yield {
            "kind": "driver",
            "measure_id": seen.measure_id,
            "line": line,
            "assumption": name,
            **{at: in_its_unit(seen, name, getattr(of, at)) for at in ("value", "low", "high")},
            "value_at_low": at_ends[0],
            "value_at_high": at_ends[1],
            "draws_seed": known.seed,
        }


def _net_present_value(known: Known, seen: Outlook, line: str, name: str, end: float) -> float:
    at, years = known.middle(), known.years
    if name == "appraisal_years":
        years = end
    elif name == "cash_pace":
        at = replace(at, cash_pace=np.array([end - seen.pace.mean]))
    elif name == "capacity_pace" and seen.hours is not None:
        at = replace(at, capacity_pace=np.array([end - seen.hours.pace.mean]))
    else:
        at = replace(at, **{name: np.array([end])})
    return _euros(discounted(until(seen, line, years, at), at.discount_rate).sum())


def _euros(value: Any) -> float:  # noqa: ANN401
    return round(float(value), 2)


def _quantiles(values: Floats) -> dict[str, float]:
    return {name: _euros(np.quantile(values, share)) for name, share in _QUANTILES.items()}


ALTERNATIVES: Final = ("nothing", "digital_beside", "digital_first", "digital_only")
_FIXED, _CASE = "paper_route_fixed_cost", "paper_case_cost"
NEEDS: Final = {
    "nothing": (_FIXED, _CASE),
    "digital_beside": (_FIXED, _CASE),
    "digital_first": (_FIXED, _CASE, "digital_first_paper_share", "digital_first_one_off"),
    "digital_only": ("digital_only_assisted_share", "digital_only_one_off"),
}
"""What the town must have told; `name.measure` goes before `name`."""
ALTERNATIVES_SCHEMA: Final = {
    **dict.fromkeys(("measure_id", "alternative", "line", "refusal_reason", "missing_assumptions"), pl.String),
    **dict.fromkeys(("value", "p10", "p50", "p90"), pl.Float64),
    "draws_seed": pl.Int64,
}


def alternatives_frame(known: Known, measures: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    """The net present value of each way to run a measure's services, at today's volume, from go-live to the horizon.

    One row per measure, alternative and line (`ALTERNATIVES_SCHEMA`); refused ones with their reason.

    Args:
        known: months, paces and assumptions.
        measures: as `appraisal_frame` takes them.
        counted: as int_alternatives_counted has them.
    """
    years = {row["measure_id"]: row for row in counted.to_dicts()}
    rows = [
        {"measure_id": scope["measure_id"], "alternative": way, "line": line, "draws_seed": known.seed}
        | _alternative(known, scope, years.get(scope["measure_id"]), way, line)
        for scope in measures.sort("measure_id").to_dicts()
        for way in ALTERNATIVES
        for line in LINES
    ]
    return pl.DataFrame(rows, schema=ALTERNATIVES_SCHEMA, orient="row").sort("measure_id", "alternative", "line")


def _alternative(
    known: Known, scope: dict[str, Any], year: dict[str, Any] | None, way: str, line: str
) -> dict[str, Any]:
    mine = known.months.filter(pl.col("measure_id") == scope["measure_id"]).sort("month")
    asked = {name: known.told(name, scope["measure_id"]) for name in NEEDS[way]}
    untold = [name for name, of in asked.items() if of is None]
    reason = _refused_way(known, scope, mine, year, line)
    if reason or untold or year is None:
        return {"refusal_reason": reason or "not_told", "missing_assumptions": ", ".join(untold) or None}
    decided = {"discount_rate": known.assumptions["discount_rate"], **{name: of for name, of in asked.items() if of}}
    drawn = {name: of.drawn(_rng(known, scope, name), DRAWS) for name, of in decided.items()}
    middle = {name: np.array([of.value]) for name, of in decided.items()}
    hour = mine.drop_nulls("hour_eur").select("hour_low_eur", "hour_eur", "hour_high_eur").tail(1).rows()
    low, value, high = hour[0] if hour and line != "cash" else (0.0, 0.0, 0.0)
    rates = Range(value, low, high).drawn(_rng(known, scope, "staff_cost_rate"), DRAWS)
    normal = _rng(known, scope, "capacity").standard_normal(DRAWS)
    worth = []
    for at, off, rate in ((middle, np.zeros(1), np.array([value])), (drawn, normal, rates)):
        once, cash, minutes = services_of(known, scope, year, off).run(way, at)
        cost = cash + minutes / MINUTES * rate
        worth.append(-cost_in_money_of_the_start(once, cost, at["discount_rate"], known.years))
    return {"value": _euros(worth[0][0]), **_quantiles(worth[1])}


def _rng(known: Known, scope: dict[str, Any], name: str) -> np.random.Generator:
    # The same draws of an assumption for each way.
    return np.random.default_rng([known.seed, *scope["measure_id"].encode(), *name.encode()])


def _refused_way(
    known: Known, scope: dict[str, Any], mine: pl.DataFrame, year: dict[str, Any] | None, line: str
) -> str | None:
    if reason := refused_cash(known, scope, mine):
        return reason
    if scope["status"] == MeasureStatus.STOPPED:
        return "ended"
    if year is None:
        return "no_cases"
    if line != "cash":
        for name, missing in (("saved_minutes", "no_hours"), ("gap_minutes", "no_minutes")):
            if year[name] is None:
                return missing
    return "no_staff_rate" if line != "cash" and mine["hour_eur"].drop_nulls().is_empty() else None
