"""Which services bring the paper? Applications on paper by service, largest first."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboards.charts.parts import data, largest, list_height, row_axis, row_names
from dashboards.drawing.rendering import Drawing
from dashboards.drawing.theme import PAPER, Canvas
from dashboards.words import numbers


def paper_by_service(frame: pl.DataFrame, canvas: Canvas) -> Drawing:
    """Bars of `paper_in_cases` with number and share behind; `frame` has a `row` name and is sorted."""
    words = [
        f"{numbers.count(paper)} ({numbers.percent(paper / base)})"
        for paper, base in zip(frame["paper_in_cases"], frame["known_channel_cases"], strict=True)
    ]
    rows = frame.with_columns(pl.Series("label", words))
    y = row_axis(rows, canvas)
    room = max(largest(rows, "paper_in_cases"), 1.0) * canvas.fit(125, 155) / 100
    x = alt.X("paper_in_cases:Q", axis=None, scale=alt.Scale(domain=[0, room]))
    base = alt.Chart(data(rows, "row", "paper_in_cases", "label"))
    bars = base.mark_bar(color=PAPER, size=14).encode(x=x, y=y).properties(name="balken")
    values = base.mark_text(align="left", dx=6).encode(x=x, y=y, text="label:N")
    chart = alt.layer(bars, values, *row_names(rows, y, canvas)).properties(height=list_height(rows, canvas))
    return Drawing(chart, {"balken": rows.height})
