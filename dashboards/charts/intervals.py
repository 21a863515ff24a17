"""One value with its range per row: a bar from low to high in the pale colour, the value as a dot on it."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboards.charts.parts import data, list_height, row_axis, row_names, value_axis
from dashboards.drawing.rendering import Drawing
from dashboards.drawing.theme import DIGITAL, Canvas


def intervals(frame: pl.DataFrame, canvas: Canvas) -> Drawing:
    """Strips from `low` to `high` with a dot at `value`; `frame` has a `row` name and is sorted."""
    y = row_axis(frame, canvas)
    x = alt.X("low:Q", title=None, scale=alt.Scale(zero=True), axis=value_axis(canvas, ",.0f"))
    base = alt.Chart(data(frame, "row", "low", "high", "value"))
    strips = base.mark_bar(size=14, color=DIGITAL, opacity=0.2).encode(x=x, x2="high:Q", y=y).properties(name="spannen")
    dots = base.mark_point(size=90, filled=True, color=DIGITAL, opacity=1).encode(x=alt.X("value:Q", title=None), y=y)
    layers = [strips, dots.properties(name="werte"), *row_names(frame, y, canvas)]
    chart = alt.layer(*layers).properties(height=list_height(frame, canvas))
    return Drawing(chart, {"spannen": frame.height, "werte": frame.height})
