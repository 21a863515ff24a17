"""Kaplan and Meier's estimate: how long cases take when those still open count for the time they have waited."""

from __future__ import annotations

from math import exp, log, sqrt

import polars as pl

from dashboards.estimates.intervals import Z_95


def undecided_curve(durations: pl.DataFrame) -> pl.DataFrame:
    """The share still undecided after each whole day.

    Args:
        durations: `days` since receipt (float, to decision or to the stand) and `is_closed`.

    Returns:
        `days`, `undecided`, `low`, `high` (shares, 95 % log-log bounds) while at least 20 cases are at risk.
    """
    events = durations.with_columns(pl.col("days").clip(0).ceil().cast(pl.Int64)).group_by("days").agg(
        pl.col("is_closed").sum().alias("decided"), pl.len().alias("leaving")
    ).sort("days")  # fmt: skip
    at_risk, share, spread = durations.height, 1.0, 0.0
    rows: list[tuple[int, float, float, float]] = [(0, 1.0, 1.0, 1.0)]
    for day, decided, leaving in events.rows():
        if at_risk < 20:
            break
        share *= 1 - decided / at_risk
        spread += decided / (at_risk * (at_risk - decided)) if decided < at_risk else 0.0
        if day > 0:
            rows.append((day, share, *_bounds(share, spread)))
        at_risk -= leaving
    return pl.DataFrame(rows, schema=["days", "undecided", "low", "high"], orient="row")


def median_days(curve: pl.DataFrame) -> int | None:
    """The first whole day after which at most half are undecided; None while more than half are."""
    reached = curve.filter(pl.col("undecided") <= 0.5)
    return None if reached.is_empty() else int(reached["days"][0])


def undecided_after(curve: pl.DataFrame, days: int) -> float | None:
    """The share undecided after a number of days, None beyond the curve."""
    if curve.is_empty() or curve["days"][-1] < days:
        return None
    return float(curve.filter(pl.col("days") <= days)["undecided"][-1])


def _bounds(share: float, spread: float) -> tuple[float, float]:
    if not 0 < share < 1:
        return share, share
    width = Z_95 * sqrt(spread) / abs(log(share))
    return share ** exp(width), share ** exp(-width)
