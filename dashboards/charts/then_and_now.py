"""Where does each stand, and where did it stand a year ago? A dot per row, the own past as a hollow dot."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboards.charts.parts import data, list_height, row_axis, row_names, value_axis
from dashboards.drawing.rendering import Drawing
from dashboards.drawing.theme import DIGITAL, LAST_YEAR, PAPER_WHITE, Canvas


def then_and_now(frame: pl.DataFrame, canvas: Canvas) -> Drawing:
    """Dots of `now` over hollow dots of `then`; `frame` has a `row` name and is sorted by `now`."""
    y = row_axis(frame, canvas)
    x = alt.X(
        "now:Q",
        title=None,
        scale=alt.Scale(zero=True, nice=True),
        axis=value_axis(canvas, ".0f"),
    )
    both = frame.drop_nulls("then")
    way = alt.Chart(data(both, "row", "now", "then")).mark_rule(color=LAST_YEAR, strokeWidth=1)
    past = alt.Chart(data(both, "row", "then"), name="vorjahr").mark_point(
        size=70, fill=PAPER_WHITE, stroke=LAST_YEAR, strokeWidth=1.5, opacity=1
    )
    today = alt.Chart(data(frame, "row", "now"), name="heute").mark_point(
        size=90, filled=True, color=DIGITAL, opacity=1
    )
    layers: list[alt.Chart] = [
        way.encode(x=x, x2="then:Q", y=y),
        past.encode(x=alt.X("then:Q", title=None), y=y),
        today.encode(x=x, y=y),
        *row_names(frame, y, canvas),
    ]
    marks = {"heute": frame.height} | ({"vorjahr": both.height} if both.height else {})
    return Drawing(alt.layer(*layers).properties(height=list_height(frame, canvas)), marks)
