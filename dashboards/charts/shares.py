"""Two shares over time, each with its word at the end."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import polars as pl

from dashboards.charts.parts import counting_breaks, data, largest, segments
from dashboards.drawing.rendering import Drawing
from dashboards.drawing.theme import PAPER_WHITE, SHARE_AXIS, Canvas, month_axis
from dashboards.words import numbers


@dataclass(frozen=True)
class Series:
    """A share's column, its word, its colour, and whether it is dashed."""

    column: str
    word: str
    colour: str
    is_dashed: bool = False


def shares_over_time(frame: pl.DataFrame, series: tuple[Series, ...], breaks: pl.DataFrame, canvas: Canvas) -> Drawing:
    """One line per series on one axis from zero, the last value printed; at least one series has rows.

    All lines are broken where the town counts otherwise from a month on.
    """
    present = [one for one in series if not frame.drop_nulls(one.column).is_empty()]
    months = frame["month"].to_list()
    x = month_axis(months, canvas, room=canvas.fit(15, 34) / 100)
    top = largest(frame, *(one.column for one in present))
    scale = alt.Scale(domain=[0, min(1.0, top * 1.1 + 0.02)])
    layers: list[alt.Chart] = []
    marks: dict[str, int] = {}
    for one in present:
        y = alt.Y(f"{one.column}:Q", title=None, scale=scale, axis=alt.Axis(format=SHARE_AXIS, tickCount=5))
        dash = [6, 3] if one.is_dashed else [1, 0]
        for name, part in segments(frame.drop_nulls(one.column), breaks, one.column).items():
            base = alt.Chart(data(part, "month", one.column), name=name)
            layers.append(base.mark_line(color=one.colour, strokeDash=dash).encode(x=x, y=y))
            marks[name] = part.height
    height = canvas.fit(280, 220)
    layers.extend(counting_breaks(breaks, months, x, canvas, height))
    layers.extend(_ends(frame, present, x, scale))
    return Drawing(alt.layer(*layers).properties(height=height), marks)


def _ends(frame: pl.DataFrame, present: list[Series], x: alt.X, scale: alt.Scale) -> list[alt.Chart]:
    """Words at the ends, pushed apart so that they never overlap."""
    lasts = {one: frame.drop_nulls(one.column).tail(1) for one in present}
    values = {one: float(lasts[one][one.column][0]) for one in present}
    order = sorted(present, key=values.__getitem__)
    are_close = values[order[-1]] - values[order[0]] < 0.18
    layers: list[alt.Chart] = []
    for rank, one in enumerate(order):
        row = lasts[one].with_columns(
            pl.lit(f"{one.word}\n{numbers.percent(lasts[one][one.column][0])}").alias("label")
        )
        shift = 0 if len(order) == 1 else (-14 if rank else 14) if are_close else 0
        mark = alt.Chart(data(row, "month", one.column, "label")).mark_text(
            align="left", dx=8, dy=shift - 8, color=one.colour, fontWeight="bold", lineBreak="\n"
        )
        dot = alt.Chart(data(row, "month", one.column)).mark_point(
            filled=True, size=45, color=one.colour, stroke=PAPER_WHITE, strokeWidth=1, opacity=1
        )
        y = alt.Y(f"{one.column}:Q", title=None, scale=scale)
        layers.extend((dot.encode(x=x, y=y), mark.encode(x=x, y=y, text="label:N")))
    return layers
