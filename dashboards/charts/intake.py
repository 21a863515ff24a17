"""How much still comes on paper? The share of applications on paper by month, with target and go-lives."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboards.charts.parts import (
    counting_breaks,
    data,
    end_label,
    go_lives,
    largest,
    segments,
    target_rule,
)
from dashboards.drawing.rendering import Drawing
from dashboards.drawing.theme import PAPER, PAPER_WHITE, SHARE_AXIS, Canvas, month_axis
from dashboards.words import numbers


def paper_intake(
    frame: pl.DataFrame, target: float | None, measures: pl.DataFrame, breaks: pl.DataFrame, canvas: Canvas
) -> Drawing:
    """Line of `paper_share_in` over `month`, broken where the town counts otherwise; provisional months hollow."""
    rows = frame.drop_nulls("paper_share_in")
    months = rows["month"].to_list()
    x = month_axis(months, canvas, room=canvas.fit(8, 16) / 100)
    top = max(largest(rows, "paper_share_in"), target or 0.0)
    headroom = 115 if measures.is_empty() else 135
    scale = alt.Scale(domain=[0, min(1.0, top * headroom / 100 + 0.05)])
    y = alt.Y("paper_share_in:Q", title=None, scale=scale, axis=alt.Axis(format=SHARE_AXIS, tickCount=5))
    parts = segments(rows, breaks, "verlauf")
    lines = [
        alt.Chart(data(part, "month", "paper_share_in"), name=name).mark_line(color=PAPER).encode(x=x, y=y)
        for name, part in parts.items()
    ]
    height = canvas.fit(300, 230)
    loose = rows.filter(pl.col("is_provisional").fill_null(False))
    hollow = alt.Chart(data(loose, "month", "paper_share_in")).mark_point(
        size=50, fill=PAPER_WHITE, stroke=PAPER, strokeWidth=1.5, opacity=1
    )
    last = end_label(rows, "paper_share_in", numbers.percent(rows["paper_share_in"][-1]), PAPER, x, y)
    rules = go_lives(measures, months, x, canvas)
    goal = [] if target is None else target_rule(target, f"Ziel {numbers.percent(target)}", scale, x, months[0])
    other = counting_breaks(breaks, months, x, canvas, height)
    chart = alt.layer(*other, *rules, *lines, hollow.encode(x=x, y=y), last, *goal).properties(height=height)
    return Drawing(chart, {name: part.height for name, part in parts.items()})
