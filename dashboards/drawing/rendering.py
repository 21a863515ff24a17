"""From a drawing to SVG files: rendered once here, so that no page needs a script.

Text escapes are Vega's; what is added here is escaped here. The inner ARIA of Vega is English and per mark:
it goes, and the picture gets one German title and description instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.sax.saxutils import escape

import altair as alt
import vl_convert

from dashboards.drawing.theme import DARK, Canvas, configured

AnyChart = alt.LayerChart | alt.Chart | alt.VConcatChart | alt.HConcatChart | alt.FacetChart

NUMBER_FORMAT: Final[dict[str, Any]] = {
    "decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", "\u202f€"], "percent": "\u202f%", "minus": "−",
}  # fmt: skip
TIME_FORMAT: Final[dict[str, Any]] = {
    "dateTime": "%A, %e. %B %Y, %X", "date": "%d.%m.%Y", "time": "%H:%M:%S", "periods": ["", ""],
    "days": ["Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"],
    "shortDays": ["So", "Mo", "Di", "Mi", "Do", "Fr", "Sa"],
    "months": ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
               "November", "Dezember"],
    "shortMonths": ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."],
}  # fmt: skip
_ARIA: Final = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}\b")
_SIZE: Final = re.compile(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"')


class EmptyChartError(RuntimeError):
    """A chart came out with fewer or more marks than it has rows: it would lie by omission."""


@dataclass(frozen=True)
class Drawing:
    """A chart and what must be found in it: points per named layer (vertices of lines, else marks)."""

    chart: AnyChart
    marks: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True)
class Picture:
    """A finished SVG with its size in CSS pixels."""

    svg: str
    width: int
    height: int


def render(drawing: Drawing, canvas: Canvas, title: str, description: str) -> Picture:
    """Draw one rendition.

    Raises:
        EmptyChartError: a named layer does not hold the marks the drawing promised.
    """
    svg = vl_convert.vegalite_to_svg(
        configured(drawing.chart, canvas),
        format_locale=NUMBER_FORMAT,
        time_format_locale=TIME_FORMAT,
        allowed_base_urls=[],
    )
    for layer, expected in drawing.marks.items():
        found = marks_in(svg, layer)
        if found != expected or expected == 0:
            raise EmptyChartError(f"layer {layer} of {title!r}: {found} marks for {expected} rows")
    return titled(_ARIA.sub("", svg), title, description)


def marks_in(svg: str, layer: str) -> int:
    """How many points a named layer drew: vertices of its lines, else its elements."""
    match = re.search(
        rf'<g class="(mark-\w+) role-mark {re.escape(layer)}(?:_\d+)?_marks"[^>]*>(.*?)</g>', svg, re.DOTALL
    )
    if match is None:
        return 0
    kind, body = match.groups()
    if kind == "mark-line":
        return sum(len(re.findall("[ML]", path)) for path in re.findall(r' d="([^"]*)"', body))
    return len(re.findall(r"<(?:path|rect|text|line) ", body))


def titled(svg: str, title: str, description: str) -> Picture:
    """Give a bare SVG its role, title and description, and read its size."""
    size = _SIZE.search(svg)
    if size is None:
        raise EmptyChartError(f"{title!r} has no size")
    head = 'role="img" aria-labelledby="title desc" lang="de" '
    words = f'<title id="title">{escape(title)}</title><desc id="desc">{escape(description)}</desc>'
    opened = svg.replace("<svg ", f"<svg {head}", 1)
    cut = opened.index(">") + 1
    width, height = (round(float(value)) for value in size.groups())
    return Picture(opened[:cut] + words + opened[cut:], width, height)


def darkened(picture: Picture) -> Picture:
    """The same picture in the dark set of colours."""
    dark = _COLOUR.sub(lambda match: DARK.get(match.group().lower(), match.group()), picture.svg)
    return Picture(dark, picture.width, picture.height)
