"""The few SVG elements our own drawings need. Presentation attributes only: a strict policy forbids inline styles."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape, quoteattr

from dashboards.drawing.theme import FONT, INK

NAMESPACE: Final = "http://www.w3.org/2000/svg"


def document(left: float, top: float, width: float, height: float, body: str) -> str:
    """A whole picture showing the given part of the plane."""
    view = f"{left:.0f} {top:.0f} {width:.0f} {height:.0f}"
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="{view}"'
    return f'<svg xmlns="{NAMESPACE}" {size} font-family={quoteattr(FONT)} font-size="13">{body}</svg>'


def line(path: str, colour: str, width: float) -> str:
    """A stroke along a path."""
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width:.1f}"/>'


def shape(path: str, colour: str) -> str:
    """A filled path."""
    return f'<path d="{path}" fill="{colour}"/>'


def box(
    left: float, top: float, width: float, height: float, fill: str, *, frame: str = "", stroke: float = 0.0
) -> str:
    """A rectangle, framed ones with soft corners."""
    border = f' rx="4" stroke="{frame}" stroke-width="{stroke}"' if frame else ""
    return f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"{border}/>'


def text(x: float, y: float, words: str, *, colour: str = INK, size: int = 13, bold: bool = False) -> str:
    """A line of text; the words are escaped here."""
    weight = ' font-weight="bold"' if bold else ""
    look = f'text-anchor="middle" font-size="{size}"{weight} fill="{colour}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(words)}</text>'
