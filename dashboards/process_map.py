"""Where the steps of a process stand on paper: layers from top to bottom, the commonest path straight down.

Own layout, because it must come out the same on every run: cycles are cut against one order of the steps, layers are
longest paths, long edges get a place in every layer they pass, and what is not on the commonest path keeps to one side
of it (short cuts right, returns left). No drawing here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

SWEEPS = 10


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


def arranged(steps: list[str], edges: list[Edge], spine: list[str], step_room: float, pass_room: float) -> Layout:
    """Lay out `steps` (most cases first) and `edges`; `spine` is the commonest path, its steps are among `steps`."""
    order = _order(steps, edges, spine)
    ranks = _ranks(order, edges, spine)
    passes = {index: _passes(index, edge, ranks) for index, edge in enumerate(edges)}
    layers: list[list[Item]] = [[] for _ in range(max(ranks.values()) + 1)]
    for step in order:
        layers[ranks[step]].append(Item(ranks[step], step=step))
    for items in passes.values():
        for item in items:
            layers[item.layer].append(item)
    on_spine = _spine_items(edges, spine, ranks, passes)
    sides = _sides(order, edges, passes, on_spine, ranks)
    neighbours = _neighbours(edges, passes, ranks)
    x = _swept(layers, on_spine, sides, neighbours, step_room, pass_room)
    return Layout(layers, x, order, spine, ranks, passes)


def commonest_path(activities: list[str], steps: set[str]) -> list[str]:
    """The steps of the commonest variant in order, each once, those that are drawn."""
    return [step for step in dict.fromkeys(activities) if step in steps]


def _order(steps: list[str], edges: list[Edge], spine: list[str]) -> list[str]:
    """One order of all steps against which as few cases as possible run backwards; the spine's order is kept."""
    order = list(spine)
    for step in (step for step in steps if step not in spine):
        touching = [edge for edge in edges if step in (edge.source, edge.target) and edge.source != edge.target]
        follows = any(edge.target == step and edge.source in order for edge in touching)
        costs = [
            (_backward(touching, [*order[:at], step, *order[at:]]), at if follows else -at, at)
            for at in range(len(order) + 1)
        ]
        order.insert(min(costs)[2], step)
    return order


def _backward(edges: list[Edge], order: list[str]) -> int:
    at = {step: index for index, step in enumerate(order)}
    return sum(
        edge.cases for edge in edges if edge.source in at and edge.target in at and at[edge.source] > at[edge.target]
    )


def _ranks(order: list[str], edges: list[Edge], spine: list[str]) -> dict[str, int]:
    at = {step: index for index, step in enumerate(order)}
    pairs = {
        tuple(sorted((edge.source, edge.target), key=at.__getitem__)) for edge in edges if edge.source != edge.target
    }
    pairs |= set(pairwise(spine))
    ranks: dict[str, int] = {}
    for step in order:
        ranks[step] = max((ranks[upper] + 1 for upper, lower in pairs if lower == step), default=0)
    for step in reversed(order):
        below = [ranks[lower] for upper, lower in pairs if upper == step]
        if not any(lower == step for _, lower in pairs) and below and step not in spine:
            ranks[step] = min(below) - 1
    return ranks


def _passes(index: int, edge: Edge, ranks: dict[str, int]) -> list[Item]:
    low, high = sorted((ranks[edge.source], ranks[edge.target]))
    return [Item(layer, edge=index) for layer in range(low + 1, high)]


def _spine_items(
    edges: list[Edge], spine: list[str], ranks: dict[str, int], passes: dict[int, list[Item]]
) -> set[Item]:
    steps = {Item(ranks[step], step=step) for step in spine}
    along = set(pairwise(spine))
    return steps | {
        item for index, edge in enumerate(edges) if (edge.source, edge.target) in along for item in passes[index]
    }


def _sides(
    order: list[str], edges: list[Edge], passes: dict[int, list[Item]], on_spine: set[Item], ranks: dict[str, int]
) -> dict[Item, int]:
    """+1 (right) or −1 (left) for everything off the spine: linked steps together, returns left."""
    sides: dict[Item, int] = {}
    spine = {item.step for item in on_spine if item.step}
    for step in (step for step in order if step not in spine):
        near = {
            edge.target if edge.source == step else edge.source for edge in edges if step in (edge.source, edge.target)
        }
        beside = [
            sides[Item(ranks[other], step=other)]
            for other in sorted(near - spine - {step})
            if Item(ranks[other], step=other) in sides
        ]
        right = sum(1 for side in sides.values() if side > 0)
        sides[Item(ranks[step], step=step)] = beside[0] if beside else 1 if right <= len(sides) - right else -1
    for index, edge in enumerate(edges):
        ends = [sides.get(Item(ranks[step], step=step), 0) for step in (edge.source, edge.target)]
        returns = ranks[edge.source] > ranks[edge.target]
        side = ends[0] or ends[1] or (-1 if returns else 1)
        sides.update({item: side for item in passes[index] if item not in on_spine})
    return sides


def _neighbours(edges: list[Edge], passes: dict[int, list[Item]], ranks: dict[str, int]) -> dict[Item, list[Item]]:
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
    step_room: float, pass_room: float,
) -> dict[Item, float]:  # fmt: skip
    """Pull every item towards its neighbours, layer by layer, keeping its side and its distance."""
    x = {item: 0.0 if item in on_spine else sides[item] * step_room for layer in layers for item in layer}
    for sweep in range(SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            for side in (1, -1):
                _settle(
                    [item for item in layer if sides.get(item) == side],
                    side,
                    layer,
                    on_spine,
                    x,
                    near,
                    step_room,
                    pass_room,
                )
    return x


def _settle(
    items: list[Item], side: int, layer: list[Item], on_spine: set[Item], x: dict[Item, float],
    near: dict[Item, list[Item]], step_room: float, pass_room: float,
) -> None:  # fmt: skip
    wish = {
        item: side * sum(x[other] for other in near.get(item, [])) / max(len(near.get(item, [])), 1) for item in items
    }
    edge = max((_half(item, step_room, pass_room) for item in layer if item in on_spine), default=0.0)
    for item in sorted(items, key=lambda item: (wish[item], item.step, item.edge)):
        half = _half(item, step_room, pass_room)
        x[item] = side * max(wish[item], edge + half)
        edge = abs(x[item]) + half


def _half(item: Item, step_room: float, pass_room: float) -> float:
    return (step_room if item.step else pass_room) / 2
