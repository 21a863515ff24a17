"""What several charts share: rows for Vega, end labels, target and go-live rules, named rows of a bar list."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise
from textwrap import wrap
from typing import Any, Final

import altair as alt
import polars as pl

from dashboards.drawing.theme import GRID, INK, PAPER_WHITE, QUIET, Canvas

LIST_LIMIT = 24
"""Rows a list chart shows; the table shows all."""
END_WORD: Final[dict[str, Any]] = {"align": "left", "dx": 8, "dy": -6, "fontWeight": "bold", "lineBreak": "\n"}
"""How a word stands at the end of a line."""
HALO: Final[dict[str, Any]] = {"stroke": PAPER_WHITE, "strokeWidth": 4, "strokeJoin": "round"}
"""How a word is written once more below itself, so that it stands clear of what lies there."""
NAMED_GO_LIVES = 3
LONGEST_NAME = 300
"""Pixels the name of a row may take beside the marks."""
TEXT_WIDTH = 0.55
"""Width of a letter or digit of a chart on average, in parts of its size."""
LANES = 3
LINE = 15


def data(frame: pl.DataFrame, *columns: str) -> alt.InlineData:
    """Rows of a frame as inline data: dates as UTC days, decimals as floats."""
    rows = frame.select(columns).to_dicts() if columns else frame.to_dicts()
    return alt.InlineData(values=[{name: _plain(value) for name, value in row.items()} for row in rows])


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dt.date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def columns_axis(column: str, shown: list[dt.date], words: str = "%b %Y") -> alt.X:
    """The axis of one column per day or month; those in `shown` bear their date as `words`."""
    values = [day.isoformat() for day in shown]
    axis = alt.Axis(values=values, labelExpr=f"utcFormat(toDate(datum.value), '{words}')", labelAngle=0)
    return alt.X(f"{column}:O", title=None, axis=axis)


def from_zero(column: str, ticks: int = 5, number_format: str = ",.0f") -> alt.Y:
    """A value axis without title that begins at zero."""
    axis = alt.Axis(format=number_format, tickCount=ticks)
    return alt.Y(f"{column}:Q", title=None, scale=alt.Scale(zero=True), axis=axis)


def end_label(frame: pl.DataFrame, column: str, text: str, colour: str, x: alt.X, y: alt.Y) -> alt.Chart:
    """A word at the last point of a line."""
    last = frame.drop_nulls(column).tail(1).with_columns(pl.lit(text).alias("label"))
    mark = alt.Chart(data(last, "month", column, "label")).mark_text(**END_WORD, baseline="middle", color=colour)
    return mark.encode(x=x, y=y, text="label:N")


def go_lives(frame: pl.DataFrame, months: list[dt.date], x: alt.X, canvas: Canvas) -> list[alt.Chart]:
    """Thin rules where measures went live: up to three with their names, more with the numbers of the caption."""
    numbered = frame.with_columns(pl.int_range(1, frame.height + 1).cast(pl.String).alias("label"))
    inside = numbered.filter((pl.col("month") >= months[0]) & (pl.col("month") <= months[-1]))
    if inside.is_empty():
        return []
    rules = alt.Chart(data(inside, "month")).mark_rule(color=QUIET, strokeWidth=1, strokeDash=[1, 3]).encode(x=x)
    if canvas.is_narrow or inside.height > NAMED_GO_LIVES:
        return [rules, *_signs(inside, x, canvas)]
    return [rules, *_names_in_turn(inside, months, x)]


def _signs(inside: pl.DataFrame, x: alt.X, canvas: Canvas) -> list[alt.Chart]:
    """The numbers beside their rules, in turn on three heights so that neighbours never touch; no rule strikes one."""
    looks: tuple[dict[str, Any], ...] = (HALO, {"color": QUIET})
    return [
        alt.Chart(data(inside.gather_every(LANES, lane), "month", "label"))
        .mark_text(align="left", dx=2, baseline="middle", fontSize=12, **look)
        .encode(x=x, y=alt.value(6 + canvas.fit(15, 13) * lane), text="label:N")
        for lane in range(min(LANES, inside.height))
        for look in looks
    ]


def _names_in_turn(inside: pl.DataFrame, months: list[dt.date], x: alt.X) -> list[alt.Chart]:
    """The names above the plot, each on a height of its own, on the side of their rule where there is room."""
    early = months[len(months) * 3 // 10]
    layers: list[alt.Chart] = []
    for index, row in enumerate(inside.iter_rows(named=True)):
        align, shift = ("left", 5) if row["month"] < early else ("right", -5)
        one = alt.Chart(data(inside.slice(index, 1).select("month", pl.col("name").alias("label"))))
        mark = one.mark_text(align=align, dx=shift, baseline="middle", fontSize=12, color=QUIET, limit=300)
        layers.append(mark.encode(x=x, y=alt.value(8 + 17 * index), text="label:N"))
    return layers


def target_rule(value: float, text: str, scale: alt.Scale, x: alt.X, month: dt.date) -> list[alt.Chart]:
    """A dashed ink line at a target with its word at the left end."""
    frame = pl.DataFrame({"month": [month], "target": [value], "label": [text]})
    base = alt.Chart(data(frame))
    at = alt.Y("target:Q", title=None, scale=scale)
    rule = base.mark_rule(color=INK, strokeDash=[6, 4], strokeWidth=1.2).encode(y=at)
    word = base.mark_text(align="left", baseline="top", dy=4, dx=2, color=INK).encode(x=x, y=at, text="label:N")
    return [rule, word]


def counting_breaks(
    frame: pl.DataFrame, months: list[dt.date], x: alt.X, canvas: Canvas, height: int
) -> list[alt.Chart]:
    """Solid rules where the town counts otherwise from a month on, each with its words above the axis."""
    inside = frame.filter((pl.col("month") > months[0]) & (pl.col("month") <= months[-1]))
    late = months[len(months) * canvas.fit(6, 4) // 10]
    layers: list[alt.Chart] = []
    for index, row in enumerate(inside.iter_rows(named=True)):
        words = wrap(row["label"], canvas.fit(32, 14))
        one = alt.Chart(data(inside.slice(index, 1).select("month", pl.lit("\n".join(words)).alias("label"))))
        layers.append(one.mark_rule(color=INK, strokeWidth=1.5).encode(x=x))
        align, shift = ("right", -6) if row["month"] > late else ("left", 6)
        word = one.mark_text(
            align=align, dx=shift, baseline="top", fontSize=12, color=INK, lineBreak="\n", lineHeight=LINE
        )
        layers.append(word.encode(x=x, y=alt.value(height - LINE * (len(words) + index) - 4), text="label:N"))
    return layers


def segments(frame: pl.DataFrame, breaks: pl.DataFrame, name: str) -> dict[str, pl.DataFrame]:
    """The rows between two breaks of `month`, by the name of their layer: no line joins two ways of counting."""
    starts = [dt.date.min, *breaks["month"], dt.date.max]
    parts = [frame.filter(pl.col("month").is_between(*pair, closed="left")) for pair in pairwise(starts)]
    return {f"{name}_part{at}" if at else name: part for at, part in enumerate(p for p in parts if not p.is_empty())}


def largest(frame: pl.DataFrame, *columns: str) -> float:
    """The largest value of some columns, 0 when there is none."""
    values = [float(value) for column in columns for value in frame[column].drop_nulls().to_list()]
    return max(values, default=0.0)


def with_row_names(frame: pl.DataFrame, code: str, name: str) -> pl.DataFrame:
    """A column `row` that names each row once: the name, and its code where two share a name."""
    again = pl.col(name).is_duplicated()
    label = pl.when(again).then(pl.format("{} ({})", pl.col(name), pl.col(code))).otherwise(pl.col(name))
    return frame.with_columns(label.str.replace_all(r"\s+", " ").alias("row"))


def row_axis(frame: pl.DataFrame, canvas: Canvas) -> alt.Y:
    """The rows of a list chart in the frame's order; on the narrow canvas names stand above the marks."""
    axis = (
        None
        if canvas.is_narrow
        else alt.Axis(labelLimit=LONGEST_NAME, grid=False, labelColor=INK, title=None, labelPadding=10)
    )
    return alt.Y("row:N", sort=frame["row"].to_list(), axis=axis, title=None)


def row_names(frame: pl.DataFrame, y: alt.Y, canvas: Canvas) -> list[alt.Chart]:
    """The names above the marks on the narrow canvas, nothing on the wide one."""
    if not canvas.is_narrow:
        return []
    base = alt.Chart(data(frame, "row"), name="namen").mark_text(align="left", dy=-17, limit=canvas.width - 12)
    return [base.encode(x=alt.value(0), y=y, text="row:N")]


def text_width(text: str, canvas: Canvas) -> float:
    """About how many pixels a text of a chart takes."""
    return len(text) * canvas.font_px * TEXT_WIDTH


def value_axis(canvas: Canvas, number_format: str) -> alt.Axis:
    """The axis above a list chart; on the narrow canvas with room for the first row's name below it."""
    return alt.Axis(
        format=number_format, grid=True, gridColor=GRID, tickCount=canvas.fit(6, 4), orient="top",
        offset=canvas.fit(0, 8),
    )  # fmt: skip


def list_height(frame: pl.DataFrame, canvas: Canvas) -> int:
    """The height of a list chart in pixels."""
    return frame.height * canvas.fit(28, 44)
