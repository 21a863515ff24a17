"""What moves a value most? Per assumption a bar from the value at its lower to that at its upper end, widest first."""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

from dashboards.charts.parts import HALO, data, row_axis, row_names
from dashboards.drawing.rendering import Drawing
from dashboards.drawing.theme import DIGITAL, INK, OTHER, Canvas


def tornado(frame: pl.DataFrame, canvas: Canvas) -> Drawing:
    """Bars for `row` from `base` to `at_low` and to `at_high`, with `low_label` and `high_label` at these ends."""
    ends = [
        frame.select(
            "row", "base", pl.col(f"at_{end}").alias("end"), pl.col(f"{end}_label").alias("label"),
            pl.lit(colour).alias("colour"), (pl.col(f"at_{end}") >= pl.col("base")).alias("is_right"),
        )
        for end, colour in (("low", OTHER), ("high", DIGITAL))
    ]  # fmt: skip
    rows = pl.concat(ends).with_columns(pl.col("base", "end").cast(pl.Float64))
    least, most = (
        pl.min_horizontal("base", "end").min().alias("low"),
        pl.max_horizontal("base", "end").max().alias("high"),
    )
    low, high = rows.select(least, most).row(0)
    room = (high - low or 1.0) * canvas.fit(35, 65) / 100
    y = row_axis(frame, canvas)
    x = alt.X("base:Q", axis=None, scale=alt.Scale(domain=[low - room, high + room], nice=False, zero=False))
    base = alt.Chart(data(rows, "row", "base", "end", "label", "colour"))
    bars = base.mark_bar(size=16).encode(x=x, x2="end:Q", y=y, color=alt.Color("colour:N", scale=None))
    layers = [bars.properties(name="enden")]
    looks: tuple[dict[str, Any], ...] = (HALO, {"color": INK})
    sides: tuple[dict[str, Any], ...] = ({"align": "left", "dx": 5}, {"align": "right", "dx": -5})
    for is_right, side in zip((True, False), sides, strict=True):
        words = alt.Chart(data(rows.filter(pl.col("is_right") == is_right), "row", "end", "label"))
        layers += [
            words.mark_text(fontSize=12, **side, **look).encode(x=alt.X("end:Q", axis=None), y=y, text="label:N")
            for look in looks
        ]
    middle = alt.Chart(data(rows.head(1), "base")).mark_rule(color=INK).encode(x=alt.X("base:Q", axis=None))
    chart = alt.layer(*layers, middle, *row_names(frame, y, canvas))
    return Drawing(chart.properties(height=frame.height * canvas.fit(34, 50)), {"enden": rows.height})
