"""How long does it really take, open cases included? The share still undecided by days since receipt."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboards.charts.parts import data
from dashboards.drawing.rendering import Drawing
from dashboards.drawing.theme import DIGITAL, INK, SHARE_AXIS, Canvas


def survival(curve: pl.DataFrame, median_days: float | None, canvas: Canvas) -> Drawing:
    """Curve of `undecided_share` over `days` with its 95 % band, and a rule where half are decided."""
    x = alt.X(
        "days:Q",
        title="Tage seit Eingang",
        scale=alt.Scale(zero=True, nice=False),
        axis=alt.Axis(tickCount=6, format=".0f"),
    )
    y = alt.Y(
        "undecided_share:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=SHARE_AXIS, tickCount=5)
    )
    base = alt.Chart(data(curve, "days", "undecided_share", "low", "high"))
    band = base.mark_area(color=DIGITAL, opacity=0.2).encode(x=x, y=alt.Y("low:Q", title=None), y2="high:Q")
    points = alt.Chart(data(curve, "days", "undecided_share"), name="kurve").mark_line(color=DIGITAL)
    layers: list[alt.Chart] = [band, points.encode(x=x, y=y)]
    if median_days is not None:
        middle = pl.DataFrame({"days": [median_days], "undecided_share": [0.5], "label": ["Hälfte entschieden"]})
        at = alt.Chart(data(middle))
        layers.append(at.mark_point(size=90, filled=True, color=INK, opacity=1).encode(x=x, y=y))
        layers.append(at.mark_text(align="left", dx=10, dy=-8, color=INK).encode(x=x, y=y, text="label:N"))
    return Drawing(alt.layer(*layers).properties(height=canvas.fit(280, 230)), {"kurve": curve.height})
