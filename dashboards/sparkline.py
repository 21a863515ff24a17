"""The small line beside a key figure: its course, its last point. Decoration of a number that stands beside it."""

from __future__ import annotations

from dashboards.figures import Spark
from dashboards.rendering import Picture
from dashboards.theme import DIGITAL, GOOD, INK, OTHER, PAPER, PAPER_WHITE

WIDTH, HEIGHT, MARGIN = 160, 36, 5
ROLES = {"digital": DIGITAL, "paper": PAPER, "good": GOOD, "other": OTHER, "ink": INK}


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
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER_WHITE}"/>'
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5" stroke-linejoin="round"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/></svg>'
    )
    return Picture(svg, WIDTH, HEIGHT)
