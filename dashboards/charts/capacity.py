"""How much working time was freed? Hours per month with the band that the minutes' bounds leave."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboards.charts.parts import data, end_label
from dashboards.drawing.rendering import Drawing
from dashboards.drawing.theme import DIGITAL, Canvas, month_axis
from dashboards.words import numbers


def capacity(frame: pl.DataFrame, canvas: Canvas) -> Drawing:
    """Line of `capacity_released_hours` with its band, from zero; never beside euros."""
    x = month_axis(frame["month"].to_list(), canvas, room=canvas.fit(12, 26) / 100)
    y = alt.Y(
        "capacity_released_hours:Q", title=None, scale=alt.Scale(zero=True), axis=alt.Axis(format=",.0f", tickCount=5)
    )
    base = alt.Chart(data(frame, "month", "capacity_released_hours", "capacity_low_hours", "capacity_high_hours"))
    band = base.mark_area(color=DIGITAL, opacity=0.2).encode(
        x=x, y=alt.Y("capacity_low_hours:Q", title=None), y2="capacity_high_hours:Q"
    )
    line = base.mark_line(color=DIGITAL).encode(x=x, y=y).properties(name="verlauf")
    word = end_label(
        frame, "capacity_released_hours", numbers.hours(frame["capacity_released_hours"][-1]), DIGITAL, x, y
    )
    return Drawing(alt.layer(band, line, word).properties(height=canvas.fit(260, 210)), {"verlauf": frame.height})
