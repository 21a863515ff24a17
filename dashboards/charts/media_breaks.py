"""How often does the medium change? Breaks per case with the bounds that unknown steps leave open."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboards.charts.parts import data, end_label, known
from dashboards.drawing.rendering import Drawing
from dashboards.drawing.theme import LATE, Canvas, month_axis
from dashboards.words import numbers


def media_breaks(frame: pl.DataFrame, canvas: Canvas) -> Drawing:
    """Line of `media_breaks_per_case` with a band from its low to its high bound."""
    rows = known(frame, "media_breaks_per_case")
    x = month_axis(rows["month"].to_list(), canvas, room=canvas.fit(7, 15) / 100)
    y = alt.Y(
        "media_breaks_per_case:Q", title=None, scale=alt.Scale(zero=True), axis=alt.Axis(format=".1f", tickCount=5)
    )
    base = alt.Chart(
        data(rows, "month", "media_breaks_per_case", "media_breaks_per_case_low", "media_breaks_per_case_high")
    )
    band = base.mark_area(color=LATE, opacity=0.2).encode(
        x=x, y=alt.Y("media_breaks_per_case_low:Q", title=None), y2="media_breaks_per_case_high:Q"
    )
    line = base.mark_line(color=LATE).encode(x=x, y=y).properties(name="verlauf")
    last = numbers.plain(rows["media_breaks_per_case"][-1], 1)
    word = end_label(rows, "media_breaks_per_case", last, LATE, x, y)
    return Drawing(alt.layer(band, line, word).properties(height=canvas.fit(240, 200)), {"verlauf": rows.height})
