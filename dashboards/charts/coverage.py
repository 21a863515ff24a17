"""Do we see everything? The share of sources that have delivered, by month; incomplete months stand out."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboards.charts.parts import columns_axis, data
from dashboards.drawing.rendering import Drawing
from dashboards.drawing.theme import DIGITAL, LATE, SHARE_AXIS, Canvas


def coverage(frame: pl.DataFrame, canvas: Canvas) -> Drawing:
    """Columns of `coverage_share`; months below 95 % in the colour of what is lost."""
    rows = frame.with_columns(
        pl.when(pl.col("coverage_share") < 0.95).then(pl.lit(LATE)).otherwise(pl.lit(DIGITAL)).alias("colour")
    )
    shown = [month for month in rows["month"] if month.month == 1 or (month.month == 7 and not canvas.is_narrow)]
    x = columns_axis("month", shown)
    y = alt.Y(
        "coverage_share:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=SHARE_AXIS, tickCount=3)
    )
    columns = alt.Chart(data(rows, "month", "coverage_share", "colour"), name="saeulen").mark_bar()
    chart = alt.layer(columns.encode(x=x, y=y, color=alt.Color("colour:N", scale=None)))
    return Drawing(chart.properties(height=canvas.fit(140, 120)), {"saeulen": rows.height})
