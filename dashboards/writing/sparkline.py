"""The small line beside a key figure: its course, its last point. Decoration of a number that stands beside it."""

from __future__ import annotations

from typing import Final

from dashboards.drawing import svg
from dashboards.drawing.rendering import Picture
from dashboards.drawing.theme import DIGITAL, GOOD, INK, OTHER, PAPER, PAPER_WHITE
from dashboards.writing.elements import Role, Spark

WIDTH, HEIGHT, MARGIN = 160, 36, 5
ROLES: Final[dict[Role, str]] = {"digital": DIGITAL, "paper": PAPER, "good": GOOD, "other": OTHER, "ink": INK}


def sparkline(spark: Spark) -> Picture:
    """A line from the first to the last month; shares of the span on x, minimum to maximum on y."""
    first, last = spark.months[0].toordinal(), spark.months[-1].toordinal()
    low, high = min(spark.values), max(spark.values)
    span, height = max(last - first, 1), (high - low) or 1.0
    points = [
        (
            MARGIN + (WIDTH - 2 * MARGIN) * (month.toordinal() - first) / span,
            HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * (value - low) / height,
        )
        for month, value in zip(spark.months, spark.values, strict=True)
    ]
    colour = ROLES[spark.role]
    path = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    dot = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>'
    ground = svg.box(0, 0, WIDTH, HEIGHT, PAPER_WHITE)
    return Picture(svg.document(0, 0, WIDTH, HEIGHT, ground + svg.line(path, colour, 1.5) + dot), WIDTH, HEIGHT)
