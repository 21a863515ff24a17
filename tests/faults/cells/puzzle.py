"""Numbers as equations: what a reader knows is solved for what is hidden, by subtraction and by linear programming.

Every number becomes an equation, every hidden one an unknown that is no less than nothing; HiGHS then bounds each. An
unknown whose bounds hold one whole number is computed back.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

import numpy as np
from scipy.optimize import linprog

from tests.dashboards.built import HIDDEN, amount

Cell: TypeAlias = tuple[str, str, str]
"""Table, row, column."""
UNBOUND: Final = 1e7
WHOLE: Final = 1e-6


class Puzzle:
    """What is known as equations, and what is not as unknowns."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.values: dict[Cell, float | None] = {}
        self.hidden: set[Cell] = set()
        self.equal: list[tuple[dict[Cell, float], float]] = []
        self.most: list[tuple[dict[Cell, float], float]] = []

    def read(self, cell: Cell, text: str) -> None:
        """Take a cell as printed; what is unknown even to the town is left out."""
        if re.fullmatch(r"-?\d+(,\d+)?", text):
            self.values[cell] = amount(text)
        elif text == HIDDEN:
            self.hide(cell)

    def hide(self, cell: Cell) -> None:
        """Take a cell that the page does not show."""
        self.values.setdefault(cell, None)
        self.hidden.add(cell)

    def sums(self, parts: list[Cell], whole: Cell | float) -> None:
        """Know that parts add up to a whole; a part that stands nowhere else is an unknown as well."""
        for part in parts:
            self.values.setdefault(part, None)
        row = dict.fromkeys(parts, 1.0)
        if isinstance(whole, tuple):
            row[whole] = -1.0
        self.equal.append((row, 0.0 if isinstance(whole, tuple) else whole))

    def at_most(self, parts: Mapping[Cell, float], most: float = 0.0) -> None:
        """Know that a weighted sum is no more than something."""
        self.most.append((dict(parts), most))

    def solved(self) -> dict[Cell, int]:
        """Every number with one possible value: printed ones, and hidden ones that were computed back."""
        known = {cell: value for cell, value in self.values.items() if value is not None}
        while taken_off := self._differences(known):
            known |= taken_off
        found = {cell: round(value) for cell, value in known.items()}
        for place in self._apart(known):
            equal, most = (self._matrix(rows, place, known) for rows in (self.equal, self.most))
            for cell, at in place.items():
                goal = np.zeros(len(place))
                goal[at] = 1
                low, high = (self._extreme(sign * goal, equal, most) * sign for sign in (1, -1))
                if math.ceil(low - WHOLE) == math.floor(high + WHOLE):
                    found[cell] = math.ceil(low - WHOLE)
        return found

    def _differences(self, known: dict[Cell, float]) -> dict[Cell, float]:
        """What a sum gives whose other parts are all known."""
        found: dict[Cell, float] = {}
        for row, side in self.equal:
            open_cells = [cell for cell in row if cell not in known]
            if len(open_cells) == 1 and open_cells[0] in self.values:
                rest = side - sum(weight * known[cell] for cell, weight in row.items() if cell in known)
                found[open_cells[0]] = rest / row[open_cells[0]]
        return found

    def _apart(self, known: dict[Cell, float]) -> Iterator[dict[Cell, int]]:
        """The unknowns by what ties them together, numbered within."""
        ties: dict[Cell, list[set[Cell]]] = {}
        for row, _ in [*self.equal, *self.most]:
            tied = {cell for cell in row if cell in self.values and cell not in known}
            for cell in tied:
                ties.setdefault(cell, []).append(tied)
        left = self.values.keys() - known.keys()
        while left:
            group, reached = set[Cell](), {min(left)}
            while reached:
                group |= reached
                reached = {other for cell in reached for tied in ties.get(cell, []) for other in tied} - group
            left -= group
            yield {cell: at for at, cell in enumerate(sorted(group))}

    def recovered(self) -> dict[Cell, int]:
        """Hidden numbers that were computed back. That a hidden one is nothing is no harm: zeros are shown anyway."""
        return {cell: value for cell, value in self.solved().items() if cell in self.hidden and value}

    @staticmethod
    def _matrix(
        rows: list[tuple[dict[Cell, float], float]], place: dict[Cell, int], known: dict[Cell, float]
    ) -> tuple[np.ndarray, np.ndarray] | None:
        weights, sides = [], []
        for row, side in rows:
            if not any(cell in place for cell in row):
                continue
            line, rest = np.zeros(len(place)), side
            for cell, weight in row.items():
                if cell in place:
                    line[place[cell]] = weight
                elif cell in known:
                    rest -= weight * known[cell]
                else:
                    break
            else:
                weights.append(line)
                sides.append(rest)
        return (np.array(weights), np.array(sides)) if weights else None

    @staticmethod
    def _extreme(
        goal: np.ndarray, equal: tuple[np.ndarray, np.ndarray] | None, most: tuple[np.ndarray, np.ndarray] | None
    ) -> float:
        a_eq, b_eq = equal or (None, None)
        a_ub, b_ub = most or (None, None)
        done = linprog(goal, A_ub=a_ub, b_ub=b_ub, A_eq=a_eq, b_eq=b_eq, bounds=(0, UNBOUND), method="highs")
        assert done.status == 0, done.message
        return float(done.fun)
