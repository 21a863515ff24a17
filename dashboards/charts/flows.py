"""Does more come in than goes out? Cases received and decided by month."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboards.charts.parts import data, from_zero
from dashboards.drawing.rendering import Drawing
from dashboards.drawing.theme import GOOD, OTHER, Canvas, month_axis
from dashboards.words import numbers

SERIES = {"received_cases": ("Eingang", OTHER, [6, 3]), "closed_cases": ("entschieden", GOOD, [1, 0])}


def flows(frame: pl.DataFrame, canvas: Canvas) -> Drawing:
    """Two lines from zero with their words at the end, the upper word above the lower."""
    x = month_axis(frame["month"].to_list(), canvas, room=canvas.fit(15, 34) / 100)
    layers: list[alt.Chart] = []
    last = frame.tail(1)
    upper = max(SERIES, key=lambda name: last[name][0])
    for name, (word, colour, dash) in SERIES.items():
        y = from_zero(name)
        base = alt.Chart(data(frame, "month", name), name=name).mark_line(color=colour, strokeDash=dash)
        label = last.with_columns(pl.lit(f"{word}\n{numbers.plain(last[name][0])}").alias("label"))
        text = alt.Chart(data(label, "month", name, "label")).mark_text(
            align="left", dx=8, dy=-24 if name == upper else 12, color=colour, fontWeight="bold", lineBreak="\n"
        )
        layers.extend((base.encode(x=x, y=y), text.encode(x=x, y=y, text="label:N")))
    chart = alt.layer(*layers).properties(height=canvas.fit(260, 210))
    return Drawing(chart, dict.fromkeys(SERIES, frame.height))
