"""How does one figure go? Its line over the months with the last value in words, and the band its bounds leave."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import polars as pl

from dashboards.charts.parts import data, end_label, from_zero
from dashboards.drawing.rendering import Drawing
from dashboards.drawing.theme import INK, Canvas, month_axis


@dataclass(frozen=True)
class Course:
    """What is drawn and how; pairs are for the wide and the narrow canvas.

    Attributes:
        column: the figure.
        colour: of line, band and word.
        word: its last value.
        room: percent of the width that the word needs.
        height: in pixels.
        band: the columns of its lower and upper bound, if it has any; without them the zero line is drawn.
        axis_format: of the value axis.
        ticks: about how many the value axis has.
    """

    column: str
    colour: str
    word: str
    room: tuple[int, int]
    height: tuple[int, int] = (260, 210)
    band: tuple[str, ...] = ()
    axis_format: str = ",.0f"
    ticks: int = 5


def course(frame: pl.DataFrame, of: Course, canvas: Canvas) -> Drawing:
    """Line of one figure over `month`, from zero."""
    rows = frame.drop_nulls(of.column)
    x = month_axis(rows["month"].to_list(), canvas, room=canvas.fit(*of.room) / 100)
    y = from_zero(of.column, of.ticks, of.axis_format)
    base = alt.Chart(data(rows, "month", of.column, *of.band))
    line = base.mark_line(color=of.colour).encode(x=x, y=y).properties(name="verlauf")
    if of.band:
        low, high = (f"{column}:Q" for column in of.band)
        ground = base.mark_area(color=of.colour, opacity=0.2).encode(x=x, y=alt.Y(low, title=None), y2=high)
    else:
        zero = alt.Chart(data(pl.DataFrame({"zero": [0]})))
        ground = zero.mark_rule(color=INK).encode(y=alt.Y("zero:Q", title=None))
    chart = alt.layer(ground, line, end_label(rows, of.column, of.word, of.colour, x, y))
    return Drawing(chart.properties(height=canvas.fit(*of.height)), {"verlauf": rows.height})
