"""How long does a decision take? Median and slowest tenth of the cases decided in each month."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboards.charts.parts import END_WORD, data, from_zero
from dashboards.drawing.rendering import Drawing
from dashboards.drawing.theme import DIGITAL, Canvas, month_axis
from dashboards.words import numbers


def lead_time(frame: pl.DataFrame, canvas: Canvas) -> Drawing:
    """Median line in days; the band reaches up to the ninetieth percentile."""
    rows = frame.drop_nulls("median_lead_seconds").with_columns(
        (pl.col("median_lead_seconds") / numbers.SECONDS_PER_DAY).alias("median"),
        (pl.col("p90_lead_seconds") / numbers.SECONDS_PER_DAY).alias("p90"),
    )
    x = month_axis(rows["month"].to_list(), canvas, room=canvas.fit(14, 29) / 100)
    y = from_zero("median", number_format=".0f")
    base = alt.Chart(data(rows, "month", "median", "p90"))
    band = base.mark_area(color=DIGITAL, opacity=0.2).encode(x=x, y=y, y2="p90:Q")
    line = base.mark_line(color=DIGITAL).encode(x=x, y=y).properties(name="median")
    upper = (
        base.mark_line(color=DIGITAL, strokeWidth=1).encode(x=x, y=alt.Y("p90:Q", title=None)).properties(name="p90")
    )
    last = rows.tail(1).with_columns(
        pl.format("Hälfte\n{} Tage", pl.lit(numbers.plain(rows["median"][-1], 1))).alias("middle"),
        pl.format("90{}%\n{} Tage", pl.lit(numbers.THIN), pl.lit(numbers.plain(rows["p90"][-1] or 0, 1))).alias("late"),
    )
    ends = alt.Chart(data(last, "month", "median", "p90", "middle", "late"))
    word = ends.mark_text(**END_WORD, color=DIGITAL)
    words = [word.encode(x=x, y=y, text="middle:N")]
    words.append(word.encode(x=x, y=alt.Y("p90:Q", title=None), text="late:N"))
    chart = alt.layer(band, line, upper, *words).properties(height=canvas.fit(280, 220))
    return Drawing(chart, {"median": rows.height, "p90": rows.drop_nulls("p90").height})
