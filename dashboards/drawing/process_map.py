"""The process map as an SVG of its own: boxes, flowing edges, waits. No type below 12 px; the page scrolls it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from textwrap import wrap

from dashboards.drawing import svg
from dashboards.drawing.process_layout import Edge, Item, Layout, arranged
from dashboards.drawing.rendering import Picture, titled
from dashboards.drawing.theme import LAST_YEAR, LATE, NODE_TINT, PAPER, PAPER_TINT, PAPER_WHITE, QUIET, SCANNED
from dashboards.words import numbers

BOX_WIDTH, BOX_HEIGHT, LAYER_HEIGHT = 172, 62, 116
STEP_ROOM, PASS_ROOM = 196.0, 30.0
MARGIN = 14
LINE_CHARS = 23
THINNEST, THICKEST = 1.5, 13.0
LABEL_HEIGHT, LABEL_CHAR = 17.0, 7.2

Point = tuple[float, float]


@dataclass(frozen=True)
class MapStep:
    """A box: its name, its cases, whether it mostly happens on paper."""

    name: str
    cases: int
    is_paper: bool


@dataclass(frozen=True)
class Transition(Edge):
    """An edge with its printed median wait (empty when unknown), and whether the medium breaks on it."""

    wait: str
    is_break: bool


@dataclass(frozen=True)
class Map:
    """The picture and how many waits found no room beside their edge."""

    picture: Picture
    unlabelled: int


def drawn(steps: list[MapStep], transitions: list[Transition], spine: list[str], title: str, description: str) -> Map:
    """Draw the map; `steps` most cases first, at least one of them."""
    edges = [one for one in transitions if one.source != one.target]
    layout = arranged([step.name for step in steps], edges, spine, STEP_ROOM, PASS_ROOM)
    pen = _Pen(layout, edges, max((one.cases for one in transitions), default=1))
    lines = [pen.edge(index, one) for index, one in enumerate(edges)]
    loops = [pen.loop(one) for one in transitions if one.source == one.target]
    boxes = [pen.box(step) for step in steps]
    labels, unlabelled = pen.labels()
    left, right = pen.extent()
    height = (len(layout.layers) - 1) * LAYER_HEIGHT + BOX_HEIGHT + 2 * MARGIN
    width = right - left + 2 * MARGIN
    ground = svg.box(left - MARGIN, -MARGIN, width, height, PAPER_WHITE)
    body = "".join((ground, *lines, *loops, *boxes, *labels))
    picture = titled(svg.document(left - MARGIN, -MARGIN, width, height, body), title, description)
    return Map(picture, unlabelled)


class _Pen:
    """Keeps the ports of the boxes and what has been drawn where."""

    def __init__(self, layout: Layout, edges: list[Transition], most: int) -> None:
        self.layout = layout
        self.edges = edges
        self.most = max(most, 1)
        self.ports = self._ports()
        self.routes = [self._route(index) for index in range(len(edges))]
        self.loop_edges: list[float] = []

    def width(self, cases: int) -> float:
        """Stroke width in pixels: proportional to the cases."""
        return THINNEST + (THICKEST - THINNEST) * cases / self.most

    def centre(self, item: Item) -> Point:
        """Middle of an item's layer slot."""
        return self.layout.x[item], item.layer * LAYER_HEIGHT + BOX_HEIGHT / 2

    def _chain(self, index: int) -> list[Item]:
        """Items of an edge from source to target."""
        edge, ranks = self.edges[index], self.layout.ranks
        inner = self.layout.passes[index]
        falls = ranks[edge.source] < ranks[edge.target]
        ends = Item(ranks[edge.source], step=edge.source), Item(ranks[edge.target], step=edge.target)
        return [ends[0], *(inner if falls else reversed(inner)), ends[1]]

    def _ports(self) -> dict[tuple[int, bool], float]:
        """Where each edge leaves (False) and enters (True) its boxes, as an offset from the middle."""
        sockets: dict[tuple[str, bool], list[tuple[float, int, bool]]] = {}
        for index, edge in enumerate(self.edges):
            chain = self._chain(index)
            falls = self.layout.ranks[edge.source] < self.layout.ranks[edge.target]
            for step, beyond, is_end in ((edge.source, chain[1], False), (edge.target, chain[-2], True)):
                at_bottom = falls != is_end
                sockets.setdefault((step, at_bottom), []).append((self.layout.x[beyond], index, is_end))
        offsets: dict[tuple[int, bool], float] = {}
        for (step, _), uses in sockets.items():
            offsets.update(self._spread(self.layout.place(step)[0], sorted(uses)))
        return offsets

    def _spread(self, middle: float, uses: list[tuple[float, int, bool]]) -> dict[tuple[int, bool], float]:
        """Fan the ends of one side of a box: straight ones in the middle, the others towards where they go."""
        left = [use for use in uses if use[0] < middle - 1]
        right = [use for use in uses if use[0] > middle + 1]
        straight = [use for use in uses if abs(use[0] - middle) <= 1]
        gap = min(24.0, (BOX_WIDTH / 2 - 12) / max(len(left), len(right), 1))
        spread: dict[tuple[int, bool], float] = {}
        for place, (_, index, is_end) in enumerate(
            sorted(straight, key=lambda use: not self._is_spine(self.edges[use[1]]))
        ):
            spread[index, is_end] = 18.0 * ((place + 1) // 2) * (1 if place % 2 else -1)
        for place, (_, index, is_end) in enumerate(reversed(left)):
            spread[index, is_end] = -gap * (place + 1)
        for place, (_, index, is_end) in enumerate(right):
            spread[index, is_end] = gap * (place + 1)
        return spread

    def _route(self, index: int) -> list[Point]:
        """The points of an edge: box border, both ends of every layer it passes, box border."""
        chain = self._chain(index)
        down = chain[0].layer < chain[-1].layer
        half = BOX_HEIGHT / 2 if down else -BOX_HEIGHT / 2
        (x0, y0), (x1, y1) = self.centre(chain[0]), self.centre(chain[-1])
        points = [(x0 + self.ports[index, False], y0 + half)]
        for item in chain[1:-1]:
            x, y = self.centre(item)
            points.extend(((x, y - half), (x, y + half)))
        return [*points, (x1 + self.ports[index, True], y1 - half)]

    def edge(self, index: int, transition: Transition) -> str:
        """A flowing line with an arrow head, and two cross strokes where the medium breaks."""
        route, width = self.routes[index], self.width(transition.cases)
        down = 1 if route[0][1] < route[-1][1] else -1
        head = 7 + width * 0.7
        x, y = route[-1]
        route = [*route[:-1], (x, y - down * head * 0.8)]
        path = f"M{route[0][0]:.1f},{route[0][1]:.1f}" + "".join(_bend(a, b) for a, b in pairwise(route))
        wing = head * 0.62
        arrow = f"M{x:.1f},{y:.1f}l{-wing:.1f},{-down * head:.1f}h{2 * wing:.1f}Z"
        colour = QUIET if self._is_spine(transition) else LAST_YEAR
        drawn_line = svg.line(path, colour, width) + svg.shape(arrow, colour)
        return drawn_line + (self._break(index, width) if transition.is_break else "")

    def _is_spine(self, transition: Transition) -> bool:
        spine = self.layout.spine
        return (transition.source, transition.target) in set(pairwise(spine))

    def _break(self, index: int, width: float) -> str:
        (x0, y0), (x1, y1) = self.routes[index][:2]
        x, y = _along((x0, y0), (x1, y1), 0.16)
        reach = width / 2 + 7
        strokes = "".join(f"M{x - reach:.1f},{y + shift:.1f}h{2 * reach:.1f}" for shift in (-3, 3))
        return svg.line(strokes, LATE, 2.5)

    def loop(self, transition: Transition) -> str:
        """A step repeated: a small loop at the right of its box with its wait."""
        x, layer = self.layout.place(transition.source)
        right, y = x + BOX_WIDTH / 2, layer * LAYER_HEIGHT + BOX_HEIGHT / 2
        width = min(self.width(transition.cases), 5.0)
        self.loop_edges.append(right + 26 + len(transition.wait) * LABEL_CHAR)
        path = f"M{right:.1f},{y - 12:.1f}c22,-8 22,32 3,24"
        arrow = f"M{right:.1f},{y + 11:.1f}l9,-5l1,10Z"
        wait = (
            _label(right + 22 + len(transition.wait) * LABEL_CHAR / 2, y + 5, transition.wait)
            if transition.wait
            else ""
        )
        return svg.line(path, LAST_YEAR, width) + svg.shape(arrow, LAST_YEAR) + wait

    def box(self, step: MapStep) -> str:
        """A step: its name on up to two lines, its cases, and the word where it is paper."""
        x, layer = self.layout.place(step.name)
        top = layer * LAYER_HEIGHT
        frame, fill = (PAPER, PAPER_TINT) if step.is_paper else (SCANNED, NODE_TINT)
        lines = _lines(step.name)
        first = top + (18 if len(lines) > 1 else 25)
        name = "".join(svg.text(x, first + 16 * at, line, bold=True) for at, line in enumerate(lines))
        below = f"{numbers.plain(step.cases)} · Papier" if step.is_paper else numbers.plain(step.cases)
        rim = 2.5 if step.is_paper else 1.2
        body = svg.box(x - BOX_WIDTH / 2, top, BOX_WIDTH, BOX_HEIGHT, fill, frame=frame, stroke=rim)
        return body + name + svg.text(x, top + BOX_HEIGHT - 9, below, colour=QUIET, size=12)

    def labels(self) -> tuple[list[str], int]:
        """The waits beside their edges, commonest edge first; a wait without room is counted instead."""
        taken: list[tuple[float, float, float, float]] = []
        texts: list[str] = []
        missing = 0
        for index, one in sorted(enumerate(self.edges), key=lambda pair: -pair[1].cases):
            if not one.wait:
                continue
            spot = self._spot(index, len(one.wait) * LABEL_CHAR / 2 + 3, taken)
            if spot is None:
                missing += 1
            else:
                texts.append(_label(*spot, one.wait))
        return texts, missing

    def _spot(self, index: int, half: float, taken: list[tuple[float, float, float, float]]) -> Point | None:
        route = self.routes[index]
        for start, end in zip(route[::2], route[1::2], strict=True):
            for along in (0.5, 0.36, 0.64, 0.26, 0.74):
                x, y = _along(start, end, along)
                box = (x - half, y - LABEL_HEIGHT / 2, x + half, y + LABEL_HEIGHT / 2)
                if not any(_overlap(box, other) for other in taken):
                    taken.append(box)
                    return x, y + 4.5
        return None

    def extent(self) -> Point:
        """The leftmost and rightmost pixel."""
        half = {True: BOX_WIDTH / 2, False: 32.0}
        left = min(x - half[bool(item.step)] for item, x in self.layout.x.items())
        right = max(x + half[bool(item.step)] for item, x in self.layout.x.items())
        return left, max([right, *self.loop_edges])


def _bend(start: Point, end: Point) -> str:
    middle = (start[1] + end[1]) / 2
    if abs(start[0] - end[0]) < 0.05:
        return f"L{end[0]:.1f},{end[1]:.1f}"
    return f"C{start[0]:.1f},{middle:.1f} {end[0]:.1f},{middle:.1f} {end[0]:.1f},{end[1]:.1f}"


def _along(start: Point, end: Point, part: float) -> Point:
    """The point of the bend between two points at parameter `part`."""
    rest = 1 - part
    share = 3 * rest * part * part + part**3
    middle = (start[1] + end[1]) / 2
    y = rest**3 * start[1] + 3 * rest * part * middle + part**3 * end[1]
    return start[0] + (end[0] - start[0]) * share, y


def _label(x: float, y: float, words: str) -> str:
    """A word on a ground of its own, so that no line runs through it."""
    width = len(words) * LABEL_CHAR + 2
    return svg.box(x - width / 2, y - 12.5, width, LABEL_HEIGHT - 1, PAPER_WHITE) + svg.text(x, y, words)


def _lines(name: str) -> list[str]:
    lines = wrap(" ".join(name.split()), LINE_CHARS, break_long_words=True) or ["(ohne Namen)"]
    if len(lines) <= 2:
        return lines
    return [lines[0], lines[1][: LINE_CHARS - 1] + "…"]


def _overlap(one: Iterable[float], other: Iterable[float]) -> bool:
    left, top, right, bottom = one
    left2, top2, right2, bottom2 = other
    return left < right2 and left2 < right and top < bottom2 and top2 < bottom
