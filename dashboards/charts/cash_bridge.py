"""What is left of the saved money? A waterfall from released cash down to the net."""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

from dashboards.charts.parts import HALO, data, largest, list_height, row_axis, row_names
from dashboards.drawing.rendering import Drawing
from dashboards.drawing.theme import GOOD, INK, LATE, SCANNED, Canvas
from dashboards.words import numbers

TOO_NEAR = 30
"""Pixels."""


def cash_bridge(frame: pl.DataFrame, canvas: Canvas) -> Drawing:
    """Steps `row`, `amount_eur`, `is_total`, in order; each step starts where the one before ended.

    A column `colour` says what more and less mean; without it more is good.
    """
    end = pl.when(pl.col("is_total")).then(pl.col("amount_eur")).otherwise(pl.col("amount_eur").cum_sum())
    rows = frame.with_columns(end.cast(pl.Float64).alias("end"), pl.col("amount_eur").cast(pl.Float64)).with_columns(
        pl.when(pl.col("is_total")).then(0.0).otherwise(pl.col("end") - pl.col("amount_eur")).alias("start")
    )
    colours = frame["colour"].to_list() if "colour" in frame.columns else _of_money_back(rows)
    words = [numbers.euro(amount) for amount in rows["amount_eur"]]
    rows = rows.with_columns(
        pl.Series("colour", colours), pl.Series("label", words), pl.max_horizontal("start", "end").alias("right")
    )
    low, high = -largest(rows.select(-pl.min_horizontal("start", "end")), "start"), largest(rows, "right")
    spread = (high - low) or 1.0
    domain = [low - spread * 0.02, high + spread * canvas.fit(22, 42) / 100]
    # A sum that would begin just before the rule at zero begins behind it: the rule would pass for its minus.
    near = -(domain[1] - domain[0]) * TOO_NEAR / canvas.width
    rows = rows.with_columns(pl.when(pl.col("right").is_between(near, 0)).then(0.0).otherwise("right").alias("at"))
    y = row_axis(rows, canvas)
    x = alt.X("start:Q", axis=None, scale=alt.Scale(domain=domain, nice=False))
    base = alt.Chart(data(rows, "row", "start", "end", "at", "colour", "label"))
    steps = base.mark_bar(size=18).encode(x=x, x2="end:Q", y=y, color=alt.Color("colour:N", scale=None))
    at = alt.X("at:Q", axis=None)
    looks: tuple[dict[str, Any], ...] = (HALO, {"color": INK})
    labels = [base.mark_text(align="left", dx=6, **look).encode(x=at, y=y, text="label:N") for look in looks]
    zero = alt.Chart(data(pl.DataFrame({"zero": [0]}))).mark_rule(color=SCANNED).encode(x=alt.X("zero:Q", axis=None))
    chart = alt.layer(zero, steps.properties(name="stufen"), *labels, *row_names(rows, y, canvas))
    return Drawing(chart.properties(height=list_height(rows, canvas)), {"stufen": rows.height})


def _of_money_back(rows: pl.DataFrame) -> list[str]:
    return [
        INK if total else GOOD if amount >= 0 else LATE
        for amount, total in rows.select("amount_eur", "is_total").rows()
    ]
