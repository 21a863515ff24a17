"""Colours with a meaning, two canvases, one Altair theme. The same colour means the same thing on every page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

import altair as alt

PAPER_WHITE: Final = "#ffffff"
INK: Final = "#1a1a1a"
QUIET: Final = "#595959"
GRID: Final = "#e2e2e2"
LAST_YEAR: Final = "#767676"
DIGITAL: Final = "#004488"
PAPER: Final = "#b3541e"
SCANNED: Final = "#5f6b7a"
GOOD: Final = "#117733"
LATE: Final = "#882255"
OTHER: Final = "#0077a8"
AGES: Final = ("#7f93ad", "#5a789f", "#2c5588", "#0a2a5c")
"""Backlog by age, youngest first: the older, the darker."""
PAPER_TINT: Final = "#fbeee6"
NODE_TINT: Final = "#f3f6fa"

DARK: Final[dict[str, str]] = {
    PAPER_WHITE: "#15181c",
    INK: "#ececec",
    QUIET: "#b4b8bd",
    GRID: "#33383e",
    LAST_YEAR: "#8f949a",
    DIGITAL: "#7db4f5",
    PAPER: "#f0a070",
    SCANNED: "#a9b4c1",
    GOOD: "#6fcf8f",
    LATE: "#f08cb8",
    OTHER: "#5fc7f2",
    AGES[0]: "#5f7796",
    AGES[1]: "#7f99bd",
    AGES[2]: "#a4bfe2",
    AGES[3]: "#dbe8fb",
    PAPER_TINT: "#3a2417",
    NODE_TINT: "#1f252d",
}
"""The dark set: each colour of a chart and what it becomes; contrast of both sets is tested."""

FONT: Final = "Arial, 'Liberation Sans', Helvetica, sans-serif"
SHARE_AXIS: Final = ".0%"


@dataclass(frozen=True)
class Canvas:
    """A rendition of a chart: full width in pixels, and how much it can bear."""

    name: str
    width: int
    is_narrow: bool
    font_px: int

    def fit(self, wide: int, narrow: int) -> int:
        """One number for each rendition."""
        return narrow if self.is_narrow else wide


WIDE: Final = Canvas("wide", 720, False, 14)
NARROW: Final = Canvas("narrow", 280, True, 12)
CANVASES: Final = (WIDE, NARROW)


def configured(chart: alt.TopLevelMixin, canvas: Canvas) -> dict[str, Any]:
    """The chart as a Vega-Lite specification in the house's type and colours."""
    # A test holds each chart against the schema; doing it at each run took a fifth of the time of all pages.
    spec: dict[str, Any] = chart.to_dict(validate=False)
    spec["config"] = _config(canvas)
    spec["background"] = PAPER_WHITE
    spec["padding"] = {"left": 2, "right": 6, "top": 6, "bottom": 2}
    if not {"vconcat", "hconcat"} & set(spec):
        spec["width"] = canvas.width
        spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    return spec


def _config(canvas: Canvas) -> dict[str, Any]:
    text = {"font": FONT, "fontSize": canvas.font_px, "color": INK}
    axis = {
        "labelFont": FONT, "labelFontSize": canvas.font_px, "labelColor": QUIET, "labelPadding": 6,
        "titleFont": FONT, "titleFontSize": canvas.font_px, "titleColor": QUIET, "titleFontWeight": "normal",
        "grid": False, "domainColor": LAST_YEAR, "tickColor": LAST_YEAR, "tickSize": 4,
    }  # fmt: skip
    return {
        "font": FONT,
        "view": {"stroke": None},
        "axis": axis,
        "axisY": {"grid": True, "gridColor": GRID, "domain": False, "ticks": False},
        "axisX": {"labelFlush": False},
        "text": text,
        "line": {"strokeWidth": 2.5, "strokeJoin": "round"},
        "rule": {"color": INK},
        "concat": {"spacing": 26},
        "title": {"font": FONT, "fontSize": canvas.font_px, "color": INK, "anchor": "start", "fontWeight": "bold"},
    }


def month_axis(months: list[dt.date], canvas: Canvas, *, room: float = 0.0) -> alt.X:
    """A month axis in UTC with German labels, half-yearly or yearly; `room`: share of the width for words."""
    last = months[-1]
    shown = [month for month in months if month.month == 1 or (month.month == 7 and not canvas.is_narrow)]
    years_do = canvas.is_narrow and len(shown) > 1
    shown = shown if len(shown) > 1 else sorted({months[0], last})
    end = last + (last - months[0]) * (room / (1 - room))
    return alt.X(
        "month:T",
        title=None,
        scale=alt.Scale(type="utc", domain=[months[0].isoformat(), end.isoformat()]),
        axis=alt.Axis(values=[month.isoformat() for month in shown], format="%Y" if years_do else "%b %Y", grid=False),
    )
