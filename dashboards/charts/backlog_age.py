"""How old is what lies there? Open cases by age, one column per week, the oldest darkest and at the bottom."""

from __future__ import annotations

from typing import Final

import altair as alt
import polars as pl

from dashboards.charts.parts import columns_axis, data, from_zero
from dashboards.drawing.rendering import Drawing
from dashboards.drawing.theme import AGES, LAST_YEAR, PAPER_WHITE, Canvas

CLASSES: Final = {
    "age_over_90_days": ("90 Arbeitstage oder länger", AGES[3]),
    "age_30_to_90_days": ("30 bis 90", AGES[2]),
    "age_10_to_30_days": ("10 bis 30", AGES[1]),
    "age_under_10_days": ("unter 10 Arbeitstage", AGES[0]),
}


def backlog_age(frame: pl.DataFrame, canvas: Canvas) -> Drawing:
    """Stacked columns of the age classes over `day`, one row per week; hollow to `open_cases` where they are hidden."""
    known = frame.drop_nulls(list(CLASSES))
    long = (
        known.select("day", *CLASSES)
        .unpivot(list(CLASSES), index="day", variable_name="age", value_name="cases")
        .with_columns(pl.col("age").replace_strict({name: rank for rank, name in enumerate(CLASSES)}).alias("rank"))
        .sort("day", "rank")
        .with_columns(pl.col("cases").cum_sum().over("day").alias("top"))
        .with_columns((pl.col("top") - pl.col("cases")).alias("bottom"))
    )
    days = frame["day"].to_list()
    shown = [day for day in days if day.day <= 7 and day.month % canvas.fit(2, 3) == 1]
    x = columns_axis("day", shown).scale(domain=[day.isoformat() for day in days])
    y = from_zero("top")
    colour = alt.Color(
        "age:N", legend=None, scale=alt.Scale(domain=list(CLASSES), range=[shade for _, shade in CLASSES.values()])
    )
    bars = alt.Chart(data(long), name="saeulen").mark_bar(stroke=PAPER_WHITE, strokeWidth=0.6)
    layers, marks = [bars.encode(x=x, y=y, y2="bottom:Q", color=colour)], {"saeulen": long.height}
    whole = frame.filter(pl.col("age_over_90_days").is_null()).drop_nulls("open_cases")
    if not whole.is_empty():
        hollow = alt.Chart(data(whole.select("day", pl.col("open_cases").alias("top"))), name="ungeteilt").mark_bar(
            fill=PAPER_WHITE, stroke=LAST_YEAR, strokeWidth=1
        )
        layers, marks = [hollow.encode(x=x, y=y), *layers], {**marks, "ungeteilt": whole.height}
    return Drawing(alt.layer(*layers).properties(height=canvas.fit(300, 230)), marks)
