"""One number per row: horizontal bars from zero with the value beside each, in the order of the rows."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboards.charts.parts import LONGEST_NAME, data, list_height, row_axis, row_names, text_width
from dashboards.drawing.rendering import Drawing
from dashboards.drawing.theme import Canvas

GAP = 6


def bars(frame: pl.DataFrame, colour: str, canvas: Canvas) -> Drawing:
    """Bars of `value` with `label` beside each; `frame` has a `row` name and values from zero up.

    The axis ends where every label still fits beside its bar.
    """
    y = row_axis(frame, canvas)
    x = alt.X("value:Q", axis=None, scale=alt.Scale(domain=[0, _end(frame, canvas)]))
    base = alt.Chart(data(frame, "row", "value", "label"))
    drawn = base.mark_bar(color=colour, size=14).encode(x=x, y=y).properties(name="balken")
    values = base.mark_text(align="left", dx=GAP).encode(x=x, y=y, text="label:N")
    chart = alt.layer(drawn, values, *row_names(frame, y, canvas)).properties(height=list_height(frame, canvas))
    return Drawing(chart, {"balken": frame.height})


def _end(frame: pl.DataFrame, canvas: Canvas) -> float:
    names = max((text_width(row, canvas) for row in frame["row"]), default=0.0)
    room = canvas.width - (2 * GAP if canvas.is_narrow else min(names, LONGEST_NAME) + 4 * GAP)
    needed = [
        float(value) * room / max(room - GAP - text_width(label, canvas), room / 4)
        for value, label in frame.select("value", "label").iter_rows()
    ]
    return max(needed, default=0.0) or 1e-9
