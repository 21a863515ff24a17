"""One number per row: horizontal bars from zero with the value beside each, in the order of the rows."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboards.charts.parts import data, largest, list_height, row_axis, row_names
from dashboards.drawing.rendering import Drawing
from dashboards.drawing.theme import Canvas


def bars(frame: pl.DataFrame, colour: str, room: tuple[int, int], canvas: Canvas) -> Drawing:
    """Bars of `value` with `label` beside each; `frame` has a `row` name and values from zero up.

    The longest bar and its label take `room` percent of its length, on the wide and on the narrow canvas.
    """
    y = row_axis(frame, canvas)
    end = max(largest(frame, "value"), 1e-9) * canvas.fit(*room) / 100
    x = alt.X("value:Q", axis=None, scale=alt.Scale(domain=[0, end]))
    base = alt.Chart(data(frame, "row", "value", "label"))
    drawn = base.mark_bar(color=colour, size=14).encode(x=x, y=y).properties(name="balken")
    values = base.mark_text(align="left", dx=6).encode(x=x, y=y, text="label:N")
    chart = alt.layer(drawn, values, *row_names(frame, y, canvas)).properties(height=list_height(frame, canvas))
    return Drawing(chart, {"balken": frame.height})
