"""Where is the paper? Four paper shares as small multiples; one word without its place would mislead."""

from __future__ import annotations

from typing import Final

import altair as alt
import polars as pl

from dashboards import numbers
from dashboards.charts.parts import data, end_label, known
from dashboards.rendering import Drawing
from dashboards.theme import PAPER, SHARE_AXIS, Canvas, month_axis

KINDS: Final = {
    "paper_share_in": "Eingang: Anträge auf Papier",
    "paper_share_out": "Ausgang: Briefe auf Papier",
    "paper_share_file": "Akte: Vorgänge mit Papierteil",
    "paper_share_internal": "Intern: Schritte auf Papier",
}


def paper_kinds(frame: pl.DataFrame, canvas: Canvas) -> Drawing:
    """Small multiples in a fixed order, all on the same axis from 0 to 100 %."""
    present = [kind for kind in KINDS if not known(frame, kind).is_empty()]
    panels = [_panel(known(frame, kind), kind, canvas) for kind in present]
    across = 1 if canvas.is_narrow else 2
    rows = [alt.hconcat(*panels[at : at + across]) for at in range(0, len(panels), across)]
    return Drawing(alt.vconcat(*rows), {kind: known(frame, kind).height for kind in present})


def _panel(rows: pl.DataFrame, kind: str, canvas: Canvas) -> alt.LayerChart | alt.FacetChart:
    months = rows["month"].to_list()
    january = [month for month in months if month.month == 1] or [months[0]]
    x = month_axis(months, canvas, room=canvas.fit(16, 17) / 100)
    x = x.axis(alt.Axis(values=[month.isoformat() for month in january], format="%Y", grid=False))
    y = alt.Y(f"{kind}:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=SHARE_AXIS, tickCount=3))
    line = alt.Chart(data(rows, "month", kind), name=kind).mark_line(color=PAPER).encode(x=x, y=y)
    word = end_label(rows, kind, numbers.percent(rows[kind][-1]), PAPER, x, y)
    return alt.layer(line, word).properties(width=canvas.fit(296, 228), height=canvas.fit(120, 100), title=KINDS[kind])
