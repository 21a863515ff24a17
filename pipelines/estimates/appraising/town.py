"""The town as its measures together: each counts up to its own horizon and brings or costs nothing beyond it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from pipelines.estimates.appraising.outlook import ALL, Known, closing, deviation, hours_since, months_between
from pipelines.estimates.appraising.worth import Hours, Outlook, Pace, Uncertain
from pipelines.estimates.panel import Floats

_LOWER = ("p50", "p10")
_UPPER = ("p90", "p50")


def until(seen: Outlook, line: str, years: float, at: Uncertain) -> Floats:
    """Draws × months in euros up to the horizon, undiscounted; of the town each measure up to its own.

    Parallel cost, too, ends for the town with the paper route of each.
    """
    months = seen.horizon(years)
    whole = seen.flows(line, months, at)
    for part in seen.parts:
        over = max(part.horizon(years), 0)
        whole[:, max(part.closes, len(part.booked)) :] += part.parallel
        if over < months:
            whole[:, over:] -= part.flows(line, months, at)[:, over:]
    return whole


def with_parts(known: Known, town: Outlook, measures: Sequence[dict[str, Any]]) -> Outlook:
    """The town with what each measure is of it: of its booked months, of its pace and of its hours.

    Parts are means of the town's own window, so that they add up to its pace; a measure that is not at work yet has no
    horizon of its own and stays to the end.
    """
    if not measures:
        return town
    every = known.months.filter(pl.col("measure_id") == ALL).sort("month")
    rows = [_months_of(known, one, every) for one in measures]
    window = every.drop_nulls("net_cash_eur").tail(town.pace.months)["month"]
    spread = [deviation(mine.filter(pl.col("month").is_in(window.implode()))["recurring"].to_numpy()) for mine in rows]
    cash = [
        _cash_part(known, town, one, mine, window, share)
        for one, mine, share in zip(measures, rows, _shares(spread), strict=True)
    ]
    if town.hours is None:
        return replace(town, parts=tuple(cash))
    hours = _hours_parts(known, town.hours, every, rows)
    return replace(town, parts=tuple(replace(one, hours=own) for one, own in zip(cash, hours, strict=True)))


def _months_of(known: Known, measure: dict[str, Any], every: pl.DataFrame) -> pl.DataFrame:
    """The town's months with what of each is the measure's; what it costs after its end is in no pace."""
    mine = known.months.filter(pl.col("measure_id") == measure["measure_id"])
    # Cost always counts for the town: of running both routes nothing where nobody told it.
    told = pl.col("cash_released_eur") - pl.col("one_off_cost_eur") - pl.col("running_cost_eur")
    once = pl.col("one_off_cost_eur").fill_null(0) - pl.col("one_off_relief_eur").fill_null(0)
    has_ended = pl.col("month") >= (measure.get("ended_on") or dt.date.max)
    return every.select("month").join(
        mine.select(
            "month",
            pl.col("net_cash_eur").fill_null(told).fill_null(0).cast(pl.Float64).alias("net"),
            pl.col("staff_relief_eur", "lapsed_fte", "capacity_value").fill_null(0).cast(pl.Float64),
            *(
                (pl.col(high) - pl.col(low)).fill_null(0).cast(pl.Float64).alias(f"{high}_{low}")
                for high, low in (_UPPER, _LOWER)
            ),
            once=once.cast(pl.Float64),
            parallel=pl.when(has_ended).then(0.0).otherwise(pl.col("parallel_cost_eur").fill_null(0).cast(pl.Float64)),
        ).with_columns(recurring=pl.when(has_ended).then(0.0).otherwise(pl.col("net") + pl.col("once"))),
        on="month", how="left", maintain_order="left",
    ).fill_null(0)  # fmt: skip


def _cash_part(
    known: Known, town: Outlook, measure: dict[str, Any], mine: pl.DataFrame, window: pl.Series, share: float
) -> Outlook:
    within = mine.filter(pl.col("month").is_in(window.implode()))
    told = mine.head(len(town.booked))
    return replace(
        town,
        measure_id=measure["measure_id"],
        went_live=months_between(town.first, measure["went_live_on"]),
        booked=told["net"].to_numpy(),
        pace=Pace(_mean(within["recurring"]), 0.0, town.pace.months),
        share=share,
        parallel=_mean(within["parallel"]),
        closes=closing(town.first, measure.get("paper_route_closed_on"), known.end),
        relief=np.append(told["staff_relief_eur"].to_numpy(), _mean(within["staff_relief_eur"])),
        posts=np.append(told["lapsed_fte"].to_numpy(), told["lapsed_fte"].to_numpy()[-1]),
        hours=None,
    )


def _hours_parts(known: Known, town: Hours, every: pl.DataFrame, rows: Sequence[pl.DataFrame]) -> Iterator[Hours]:
    window = hours_since(known, ALL, every.drop_nulls("minutes"))["month"]
    inside = [mine.filter(pl.col("month").is_in(window.implode())) for mine in rows]
    shares = _shares([deviation(mine["capacity_value"].to_numpy()) for mine in inside])
    widths = {name: np.sum([mine[name].to_numpy() for mine in rows], axis=0) for name in ("p90_p50", "p50_p10")}
    means = {name: sum(_mean(mine[name]) for mine in inside) for name in widths}
    for mine, within, share in zip(rows, inside, shares, strict=True):
        part = {name: _part(mine[name].to_numpy(), widths[name])[: len(town.value)] for name in widths}
        lasting = {name: _mean(within[name]) / means[name] if means[name] else 0.0 for name in widths}
        yield replace(
            town,
            value=mine["capacity_value"].to_numpy()[: len(town.value)],
            wider=town.wider * part["p90_p50"],
            narrower=town.narrower * part["p50_p10"],
            pace=Pace(_mean(within["capacity_value"]), 0.0, town.pace.months),
            pace_wider=town.pace_wider * lasting["p90_p50"],
            pace_narrower=town.pace_narrower * lasting["p50_p10"],
            share=share,
        )


def _part(own: Floats, every: Floats) -> Floats:
    return np.divide(own, every, out=np.zeros(len(own)), where=every > 0)


def _shares(deviations: Sequence[float]) -> list[float]:
    """Parts of the town's error that go with each measure, by how far its own months lie apart."""
    every = sum(deviations)
    return [one / every if every else 0.0 for one in deviations]


def _mean(values: pl.Series) -> float:
    return float(values.to_numpy().mean()) if len(values) else 0.0
