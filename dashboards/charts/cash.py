"""Has the money come back? Net cash added up since the first go-live."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboards.charts.parts import data, end_label
from dashboards.drawing.rendering import Drawing
from dashboards.drawing.theme import GOOD, INK, LATE, Canvas, month_axis
from dashboards.words import numbers


def cumulative_cash(frame: pl.DataFrame, canvas: Canvas) -> Drawing:
    """Line of `cumulative_cash_eur` over `month` with the zero line in ink."""
    x = month_axis(frame["month"].to_list(), canvas, room=canvas.fit(13, 28) / 100)
    y = alt.Y(
        "cumulative_cash_eur:Q", title=None, scale=alt.Scale(zero=True), axis=alt.Axis(format=",.0f", tickCount=6)
    )
    final = frame["cumulative_cash_eur"][-1]
    colour = GOOD if final >= 0 else LATE
    zero = alt.Chart(data(pl.DataFrame({"zero": [0]}))).mark_rule(color=INK).encode(y=alt.Y("zero:Q", title=None))
    line = (
        alt.Chart(data(frame, "month", "cumulative_cash_eur"), name="verlauf").mark_line(color=colour).encode(x=x, y=y)
    )
    word = end_label(frame, "cumulative_cash_eur", numbers.euro(final), colour, x, y)
    return Drawing(alt.layer(zero, line, word).properties(height=canvas.fit(260, 210)), {"verlauf": frame.height})
