"""Which part of each row's cases is on time, at risk, late? One bar per row, divided, each part a word."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import polars as pl

from dashboards.charts.parts import data, largest, list_height, row_axis, row_names
from dashboards.drawing.rendering import Drawing
from dashboards.drawing.theme import PAPER_WHITE, Canvas
from dashboards.words import numbers


@dataclass(frozen=True)
class Part:
    """A column of counts, its word, its colour and the role of that colour in the legend."""

    column: str
    word: str
    colour: str
    role: str


def divided_bars(frame: pl.DataFrame, parts: tuple[Part, ...], canvas: Canvas, *, as_share: bool) -> Drawing:
    """Stacked horizontal bars in the order of `parts`; `frame` has a `row` name and is sorted."""
    names = [part.column for part in parts]
    long = (
        frame.select("row", *names)
        .unpivot(names, index="row", variable_name="part", value_name="cases")
        .with_columns(pl.col("part").replace_strict({name: index for index, name in enumerate(names)}).alias("rank"))
        .with_columns((pl.col("cases") / pl.col("cases").sum().over("row")).alias("share"))
        .sort("row", "rank")
        .with_columns((pl.col("cases").cum_sum().over("row") - pl.col("cases")).alias("start"))
        .with_columns((pl.col("start") / pl.col("cases").sum().over("row")).alias("share_start"))
    )
    value, start = ("share", "share_start") if as_share else ("cases", "start")
    long = long.with_columns(
        (pl.col(start) + pl.col(value)).alias("end"), (pl.col(start) + pl.col(value) / 2).alias("middle")
    )
    return _drawn(frame, long, parts, start, canvas, as_share=as_share)


def _drawn(
    frame: pl.DataFrame, long: pl.DataFrame, parts: tuple[Part, ...], start: str, canvas: Canvas, *, as_share: bool
) -> Drawing:
    y = row_axis(frame, canvas)
    top = 1.0 if as_share else largest(long, "end") or 1.0
    x = alt.X("end:Q", axis=None, scale=alt.Scale(domain=[0, top], nice=False))
    colour = alt.Color(
        "part:N",
        legend=None,
        scale=alt.Scale(domain=[part.column for part in parts], range=[part.colour for part in parts]),
    )
    bars = alt.Chart(data(long), name="teile").mark_bar(size=18, stroke=PAPER_WHITE, strokeWidth=1.5)
    least = top * canvas.fit(7, 14) / 100
    wide_enough = long.filter((pl.col("end") - pl.col(start)) > least)
    words = wide_enough.with_columns(
        pl.struct("cases", "share")
        .map_elements(lambda row: numbers.percent(row["share"]) if as_share else numbers.plain(row["cases"]), pl.String)
        .alias("label")
    )
    numbers_on_bars = alt.Chart(data(words)).mark_text(color=PAPER_WHITE, fontWeight="bold", fontSize=12)
    layers = [
        bars.encode(x=x, x2=f"{start}:Q", y=y, color=colour),
        numbers_on_bars.encode(x=alt.X("middle:Q", axis=None), y=y, text="label:N"),
        *row_names(frame, y, canvas),
    ]
    return Drawing(alt.layer(*layers).properties(height=list_height(frame, canvas)), {"teile": long.height})
