"""Where is the paper? Four paper shares as small multiples; one word without its place would mislead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import altair as alt
import polars as pl

from dashboards.charts.parts import counting_breaks, data, end_label, segments
from dashboards.drawing.rendering import Drawing
from dashboards.drawing.theme import PAPER, SHARE_AXIS, Canvas, month_axis
from dashboards.words import numbers


@dataclass(frozen=True)
class PaperPlace:
    """Where the paper is, the words over its panel, and the column of its n."""

    place: str
    title: str
    base: str


PLACES: Final = {
    "paper_share_in": PaperPlace("im Eingang", "Eingang: Anträge auf Papier", "known_channel_cases"),
    "paper_share_out": PaperPlace("im Ausgang", "Ausgang: Briefe auf Papier", "outbound_letters"),
    "paper_share_file": PaperPlace("in den Akten", "Akte: Vorgänge mit Papierteil", "known_file_cases"),
    "paper_share_internal": PaperPlace("in der Arbeit im Haus", "Intern: Schritte auf Papier", "internal_steps"),
}


def paper_places(frame: pl.DataFrame, breaks: pl.DataFrame, canvas: Canvas) -> Drawing:
    """Small multiples in a fixed order, all on the same axis from 0 to 100 %; `breaks` part the line of the intake."""
    present = [column for column in PLACES if not frame.drop_nulls(column).is_empty()]
    across = 1 if canvas.is_narrow or len(present) == 1 else 2
    width = canvas.fit(296 if across == 2 else 655, 228)
    bare = breaks.with_columns(pl.lit("").alias("label"))
    parted = {column: bare if column == "paper_share_in" else bare.clear() for column in present}
    panels = [_panel(frame, parted[column], column, canvas, width) for column in present]
    rows = [alt.hconcat(*panels[at : at + across]) for at in range(0, len(panels), across)]
    marks = {
        name: part.height
        for column in present
        for name, part in segments(frame.drop_nulls(column), parted[column], column).items()
    }
    return Drawing(alt.vconcat(*rows), marks)


def _panel(
    frame: pl.DataFrame, breaks: pl.DataFrame, column: str, canvas: Canvas, width: int
) -> alt.LayerChart | alt.FacetChart:
    rows, months = frame.drop_nulls(column), frame["month"].to_list()
    january = [month for month in months if month.month == 1] or [months[0]]
    x = month_axis(months, canvas, room=canvas.fit(16, 17) / 100)
    x = x.axis(alt.Axis(values=[month.isoformat() for month in january], format="%Y", grid=False))
    y = alt.Y(f"{column}:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=SHARE_AXIS, tickCount=3))
    lines = [
        alt.Chart(data(part, "month", column), name=name).mark_line(color=PAPER).encode(x=x, y=y)
        for name, part in segments(rows, breaks, column).items()
    ]
    height = canvas.fit(120, 100)
    word = end_label(rows, column, numbers.percent(rows[column][-1]), PAPER, x, y)
    rules = counting_breaks(breaks, months, x, canvas, height)
    return alt.layer(*rules, *lines, word).properties(width=width, height=height, title=PLACES[column].title)
