"""When has it paid for itself? The sum so far as booked, then dashed at the present pace with its band, and zero."""

from __future__ import annotations

import datetime as dt
from typing import Any

import altair as alt
import polars as pl

from dashboards.charts.parts import HALO, data, end_label, from_zero
from dashboards.drawing.rendering import Drawing
from dashboards.drawing.theme import DIGITAL, INK, QUIET, Canvas


def break_even_fan(frame: pl.DataFrame, word: str, canvas: Canvas) -> Drawing:
    """Rows `month`, `is_booked`, `value`, `low`, `middle`, `high`, oldest first; `word` stands at the last month."""
    booked = frame.filter("is_booked")
    to_come = pl.concat([booked.tail(1), frame.filter(~pl.col("is_booked"))])
    x, y = _years(frame["month"].to_list(), canvas), from_zero("value", 6)
    band = alt.Chart(data(to_come, "month", "low", "high")).mark_area(color=DIGITAL, opacity=0.2)
    ground = band.encode(x=x, y=alt.Y("low:Q", title=None), y2="high:Q").properties(name="spanne")
    line = alt.Chart(data(booked, "month", "value")).mark_line(color=DIGITAL).encode(x=x, y=y)
    dashed = alt.Chart(data(to_come, "month", "value")).mark_line(color=DIGITAL, strokeDash=[6, 4]).encode(x=x, y=y)
    zero = alt.Chart(data(pl.DataFrame({"zero": [0]}))).mark_rule(color=INK).encode(y=alt.Y("zero:Q", title=None))
    layers = [
        ground, zero, *_until(booked, x, canvas), line.properties(name="gebucht"), dashed.properties(name="tempo"),
        end_label(frame, "value", word, DIGITAL, x, y),
    ]  # fmt: skip
    chart = alt.layer(*layers).properties(height=canvas.fit(280, 230))
    return Drawing(chart, {"gebucht": booked.height, "tempo": to_come.height})


def _years(months: list[dt.date], canvas: Canvas) -> alt.X:
    """A month axis of several years with a label at each of them."""
    first, last = months[0], months[-1]
    end = last + (last - first) * (canvas.fit(15, 48) / 100)
    shown = [f"{year}-01-01" for year in range(first.year + 1, last.year + 1, canvas.fit(1, 2))]
    scale = alt.Scale(type="utc", domain=[first.isoformat(), end.isoformat()])
    return alt.X("month:T", title=None, scale=scale, axis=alt.Axis(values=shown, format="%Y", grid=False))


def _until(booked: pl.DataFrame, x: alt.X, canvas: Canvas) -> list[alt.Chart]:
    """A thin rule at the last booked month, with a word on either side of it; on the narrow canvas behind it alone."""
    last = booked.tail(1).select("month", pl.lit("gebucht").alias("before"), pl.lit("Tempo wie jetzt").alias("after"))
    base = alt.Chart(data(last))
    rule = base.mark_rule(color=QUIET, strokeWidth=1, strokeDash=[1, 3]).encode(x=x)
    words: list[alt.Chart] = []
    looks: tuple[dict[str, Any], ...] = (HALO, {"color": QUIET})
    sides: dict[str, dict[str, Any]] = {"after": {"align": "left", "dx": 5}, "before": {"align": "right", "dx": -5}}
    for look in looks:
        words += [
            base.mark_text(baseline="top", fontSize=12, **side, **look).encode(x=x, y=alt.value(2), text=f"{name}:N")
            for name, side in list(sides.items())[: canvas.fit(2, 1)]
        ]
    return [rule, *words]
