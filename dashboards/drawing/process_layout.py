"""Where the steps of a process stand on paper: layers from top to bottom, the commonest path straight down.

fast-sugiyama lays out: it chooses the layers and the order within them (Sugiyama's method). Here its input is made
free of circles, by turning the edges that run against one order of the steps, and its picture is straightened so that
the commonest path falls in one line. No drawing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from fast_sugiyama import from_edges

ROUNDS = 4
SWEEPS = 10
Pair = tuple[int, int]


@dataclass(frozen=True)
class Edge:
    """A transition between two steps and the cases that took it."""

    source: str
    target: str
    cases: int


@dataclass(frozen=True)
class Item:
    """Something that takes room in a layer: a step, or the place where edge `edge` passes."""

    layer: int
    step: str = ""
    edge: int = -1


@dataclass
class Layout:
    """Coordinates of steps and the places each edge passes, in layers (down) and pixels (across, 0 = common path)."""

    layers: list[list[Item]]
    x: dict[Item, float]
    order: list[str]
    spine: list[str]
    ranks: dict[str, int]
    passes: dict[int, list[Item]] = field(default_factory=dict[int, list[Item]])

    def place(self, step: str) -> tuple[float, int]:
        """Across in pixels, down in layers."""
        item = Item(self.ranks[step], step=step)
        return self.x[item], item.layer


def arranged(steps: list[str], edges: Sequence[Edge], spine: list[str], step_room: float, pass_room: float) -> Layout:
    """Lay out `steps` (most cases first) and `edges`; `spine` is the commonest path, its steps are among `steps`."""
    order = _order(steps, edges, spine)
    grid = _Grid(order, edges, spine)
    passes = {index: grid.passes(index, edge) for index, edge in enumerate(edges)}
    layers: list[list[Item]] = [[] for _ in range(max(grid.ranks.values()) + 1)]
    for step in order:
        layers[grid.ranks[step]].append(Item(grid.ranks[step], step=step))
    for items in passes.values():
        for item in items:
            layers[item.layer].append(item)
    on_spine = _spine_items(edges, spine, grid.ranks, passes)
    sides = _sides(layers, on_spine, grid.across)
    neighbours = _neighbours(edges, passes, grid.ranks)
    x = _swept(layers, on_spine, sides, neighbours, grid.across, step_room, pass_room)
    return Layout(layers, x, order, spine, grid.ranks, passes)


def commonest_path(activities: list[str], steps: set[str]) -> list[str]:
    """The steps of the commonest variant in order, each once, those that are drawn."""
    return [step for step in dict.fromkeys(activities) if step in steps]


def _order(steps: list[str], edges: Sequence[Edge], spine: list[str]) -> list[str]:
    """One order of all steps against which as few cases as possible run backwards; the spine's order is kept."""
    order = list(spine)
    aside = [step for step in steps if step not in spine]
    waiting = list(aside)
    while waiting:
        # The step with the most cases to or from those already placed knows best where it belongs.
        step = max(waiting, key=lambda step: (_cases_between(step, order, edges), -waiting.index(step)))
        waiting.remove(step)
        order = _set_in(step, order, edges)
    for _ in range(ROUNDS):
        for step in aside:
            order = _set_in(step, [other for other in order if other != step], edges)
    return order


def _cases_between(step: str, placed: list[str], edges: Sequence[Edge]) -> int:
    return sum(
        edge.cases
        for edge in edges
        if (edge.source == step and edge.target in placed) or (edge.target == step and edge.source in placed)
    )


def _set_in(step: str, order: list[str], edges: Sequence[Edge]) -> list[str]:
    touching = [edge for edge in edges if step in (edge.source, edge.target) and edge.source != edge.target]
    follows = any(edge.target == step and edge.source in order for edge in touching)
    costs = [
        (_backward(touching, [*order[:at], step, *order[at:]]), at if follows else -at, at)
        for at in range(len(order) + 1)
    ]
    at = min(costs)[2]
    return [*order[:at], step, *order[at:]]


def _backward(edges: Sequence[Edge], order: list[str]) -> int:
    at = {step: index for index, step in enumerate(order)}
    return sum(
        edge.cases for edge in edges if edge.source in at and edge.target in at and at[edge.source] > at[edge.target]
    )


class _Grid:
    """The library's picture: a layer for every step, and how far across everything stands."""

    def __init__(self, order: list[str], edges: Sequence[Edge], spine: list[str]) -> None:
        at = {step: place for place, step in enumerate(order)}
        downward = {_downward(at[edge.source], at[edge.target]) for edge in edges if edge.source != edge.target}
        downward |= {(at[upper], at[lower]) for upper, lower in pairwise(spine)}
        # The library numbers passing places after the steps, and its picture depends on the order of what it is given.
        linked = sorted({end for pair in downward for end in pair})
        self._number = {order[place]: number for number, place in enumerate(linked)}
        numbered = {place: number for number, place in enumerate(linked)}
        self._across: dict[int, float] = {}
        self._rank: dict[int, int] = {}
        self._next: dict[int, list[int]] = {}
        self._lay_out(sorted((numbered[upper], numbered[lower]) for upper, lower in downward))
        self.ranks = {step: self._rank.get(self._number.get(step, -1), 0) for step in order}
        self.across: dict[Item, float] = {
            Item(self.ranks[step], step=step): self._across.get(self._number.get(step, -1), 1e6 + at[step])
            for step in order
        }

    def passes(self, index: int, edge: Edge) -> list[Item]:
        """The places where an edge passes a layer, from top to bottom."""
        ends = sorted((edge.source, edge.target), key=self.ranks.__getitem__)
        upper, lower = (self._number[step] for step in ends)
        # An edge and its return share the library's places; the return keeps a little to the left.
        aside = -0.1 if edge.source == ends[1] else 0.1
        items: list[Item] = []
        for number in self._chain(upper, lower):
            item = Item(self._rank[number], edge=index)
            self.across[item] = self._across[number] + aside
            items.append(item)
        return items

    def _lay_out(self, pairs: list[Pair]) -> None:
        if not pairs:
            return
        moved = 0.0
        for positions, width, _, chains in from_edges(pairs, vertex_spacing=100, dummy_vertices=True):
            heights = sorted({y for _, (_, y) in positions}, reverse=True)
            rank_of = {y: rank for rank, y in enumerate(heights)}
            for number, (x, y) in positions:
                self._across[int(number)] = x + moved
                self._rank[int(number)] = rank_of[y]
            for upper, lower in chains or []:
                self._next.setdefault(int(upper), []).append(int(lower))
            moved += width + 200

    def _chain(self, upper: int, lower: int) -> list[int]:
        """The library's passing places between two steps, none when they stand in neighbouring layers."""
        steps = len(self._number)
        for start in sorted(self._next.get(upper, [])):
            chain: list[int] = []
            number = start
            while number >= steps:
                chain.append(number)
                number = self._next[number][0]
            if number == lower:
                return chain
        return []


def _downward(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def _spine_items(
    edges: Sequence[Edge], spine: list[str], ranks: dict[str, int], passes: dict[int, list[Item]]
) -> set[Item]:
    steps = {Item(ranks[step], step=step) for step in spine}
    along = set(pairwise(spine))
    return steps | {
        item for index, edge in enumerate(edges) if (edge.source, edge.target) in along for item in passes[index]
    }


def _sides(layers: list[list[Item]], on_spine: set[Item], across: dict[Item, float]) -> dict[Item, int]:
    """+1 (right) or −1 (left) of the spine for everything off it, as the library placed it."""
    anchors = {item.layer: across[item] for item in on_spine}
    sides: dict[Item, int] = {}
    for number, layer in enumerate(layers):
        nearest = min(anchors, key=lambda anchored: (abs(anchored - number), anchored), default=None)
        middle = anchors[nearest] if nearest is not None else min((across[item] for item in layer), default=0.0)
        sides.update({item: 1 if across[item] >= middle else -1 for item in layer if item not in on_spine})
    return sides


def _neighbours(edges: Sequence[Edge], passes: dict[int, list[Item]], ranks: dict[str, int]) -> dict[Item, list[Item]]:
    near: dict[Item, list[Item]] = {}
    for index, edge in enumerate(edges):
        upper, lower = sorted((edge.source, edge.target), key=ranks.__getitem__)
        chain = [Item(ranks[upper], step=upper), *passes[index], Item(ranks[lower], step=lower)]
        for one, other in pairwise(chain):
            near.setdefault(one, []).append(other)
            near.setdefault(other, []).append(one)
    return near


def _swept(
    layers: list[list[Item]], on_spine: set[Item], sides: dict[Item, int], near: dict[Item, list[Item]],
    across: dict[Item, float], step_room: float, pass_room: float,
) -> dict[Item, float]:  # fmt: skip
    """Pull every item towards its neighbours, layer by layer, keeping its side, its order and its distance."""
    x = {item: 0.0 if item in on_spine else sides[item] * step_room for layer in layers for item in layer}
    for sweep in range(SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            for side in (1, -1):
                beside = sorted(
                    (item for item in layer if sides.get(item) == side),
                    key=lambda i: (side * across[i], i.step, i.edge),
                )
                _settle(beside, side, layer, on_spine, x, near, step_room, pass_room)
    return x


def _settle(
    items: list[Item], side: int, layer: list[Item], on_spine: set[Item], x: dict[Item, float],
    near: dict[Item, list[Item]], step_room: float, pass_room: float,
) -> None:  # fmt: skip
    wish = {
        item: side * sum(x[other] for other in near.get(item, [])) / max(len(near.get(item, [])), 1) for item in items
    }
    edge = max((_half(item, step_room, pass_room) for item in layer if item in on_spine), default=0.0)
    for item in items:
        half = _half(item, step_room, pass_room)
        x[item] = side * max(wish[item], edge + half)
        edge = abs(x[item]) + half


def _half(item: Item, step_room: float, pass_room: float) -> float:
    return (step_room if item.step else pass_room) / 2
