"""What does the scan centre scan? Pages by month, and which of them were digital before somebody printed them."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboards.charts.parts import columns_axis, data
from dashboards.drawing.rendering import Drawing
from dashboards.drawing.theme import LATE, SCANNED, Canvas
from dashboards.words import numbers


def scanned_pages(frame: pl.DataFrame, canvas: Canvas) -> Drawing:
    """Columns of pages, the part that came from our own printers or digital senders below in another colour."""
    own, other = pl.col("own_pages").fill_null(0), pl.col("pages")
    rows = frame.with_columns(own.alias("end"), pl.lit(0).alias("start"), pl.lit(LATE).alias("colour"))
    rest = frame.with_columns(other.alias("end"), own.alias("start"), pl.lit(SCANNED).alias("colour"))
    long = pl.concat([part.select("month", "start", "end", "colour") for part in (rows, rest)], how="vertical_relaxed")
    every = canvas.fit(1, 3)
    x = columns_axis("month", frame["month"].to_list()[::every], "%b")
    y = alt.Y("end:Q", title=None, axis=alt.Axis(format=",.0f", tickCount=4))
    bars = (
        alt.Chart(data(long), name="saeulen")
        .mark_bar()
        .encode(x=x, y=y, y2="start:Q", color=alt.Color("colour:N", scale=None))
    )
    label = frame.tail(1).with_columns(pl.lit(numbers.plain(frame["pages"][-1])).alias("label"))
    last = (
        alt.Chart(data(label, "month", "pages", "label"))
        .mark_text(dy=-8)
        .encode(x=x, y=alt.Y("pages:Q", title=None), text="label:N")
    )
    return Drawing(alt.layer(bars, last).properties(height=canvas.fit(220, 190)), {"saeulen": long.height})
