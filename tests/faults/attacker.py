"""A reader who wants to know what the pages do not show: an attacker's program, by sums, shares and linear programming.

It reads the tables of a site as anybody can, and knows how they add up: rows to a town's total, parts to a whole,
percentages to counts, and in a process what enters a step to what leaves it. Every number becomes an equation, every
hidden one an unknown that is no less than nothing; HiGHS then bounds each. An unknown whose bounds hold one whole
number is computed back.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from scipy.optimize import linprog

from tests.dashboards.built import HIDDEN, amount, csv_rows

Cell: TypeAlias = tuple[str, str, str]
"""Table, row, column."""
UNBOUND: Final = 1e7
WHOLE: Final = 1e-6


@dataclass(frozen=True)
class Parts:
    """What a reader knows of a table's columns: parts of a whole, shares of it, whether they are all of it."""

    whole: str
    parts: tuple[str, ...] = ()
    shares: Mapping[str, str] = field(default_factory=dict)
    """The part that a column of percentages speaks of; it need not be a column itself."""
    is_all: bool = False


N: Final = "(n)"
KNOWN_CHANNEL, DEADLINE = f"Anträge mit bekanntem Kanal {N}", f"Vorgänge mit Frist {N}"
OPEN, OPEN_DEADLINE = "Offene Vorgänge", f"offene Vorgänge mit Frist {N}"
WAITING = f"offene Vorgänge mit bekanntem Wartegrund {N}"
LISTS: Final[dict[str, tuple[Parts, ...]]] = {
    "fristtreue-aemter": (
        Parts(DEADLINE, ("in der Frist", "zu spät"), {"Fristtreue in %": "in der Frist"}, is_all=True),
    ),
    "papier-leistungen": (
        Parts(KNOWN_CHANNEL, ("Anträge auf Papier",), {"Papierquote im Eingang in %": "Anträge auf Papier"}),
        Parts("Anträge auf Papier", ("davon am Schalter abgegeben",)),
    ),
    "durchlaufzeit-leistungen": (Parts(f"entschiedene Vorgänge {N}"),),
    "fristen-aemter": (
        Parts(OPEN, (OPEN_DEADLINE,)),
        Parts(OPEN_DEADLINE, ("Frist abgelaufen", "Frist läuft in fünf Arbeitstagen ab")),
        Parts(OPEN, (WAITING,)),
        Parts(WAITING, ("Warten auf Antragstellende", "Warten auf das Amt")),
    ),
    "wochen-arbeit": (Parts(OPEN), Parts("in acht Wochen entschieden")),
    "medien": (Parts("Schritte"),),
}
"""Tables whose rows add up to a total of the town, and how each row divides."""
COURSES: Final[dict[str, tuple[Parts, ...]]] = {
    "papierquote-eingang": LISTS["papier-leistungen"][:1],
    "digitaler-weg": (
        Parts(KNOWN_CHANNEL, (), {"Onlinequote in %": "online"}),
        Parts(f"Vorgänge, bei denen alle Schritte bekannt sind {N}", (), {"Ende-zu-Ende-Quote in %": "Ende zu Ende"}),
    ),
    "papierorte": (
        Parts(f"Briefe und Nachrichten {N}", (), {"Papierquote im Ausgang in %": "Briefe auf Papier"}),
        Parts(f"Vorgänge mit bekannten Medien {N}", (), {"Papierquote der Akten in %": "Akten mit Papier"}),
        Parts(f"Schritte im Haus {N}", (), {"Papierquote im Haus in %": "Schritte auf Papier"}),
    ),
    "durchlaufzeit": (Parts(DEADLINE, (), {"Fristtreue in %": "in der Frist"}),),
    "rueckstand-alter": (
        Parts(
            OPEN,
            (
                "unter 10 Arbeitstage",
                "10 bis 30 Arbeitstage",
                "30 bis 90 Arbeitstage",
                "90 Arbeitstage oder länger",
            ),
        ),
    ),
}
"""Tables of months and weeks: each row divides, no sum of the rows is known."""


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


def cells(site: Path, slug: str) -> dict[str, dict[str, str]]:
    """A table as its readers have it: rows by their first cell, cells by their heading."""
    file = site / "data" / f"{slug}.csv"
    if not file.is_file():
        return {}
    header, *rows = csv_rows(file)
    return {
        f"{row[0]} → {row[1]}" if header[0] == "von" else row[0]: dict(zip(header, row, strict=True)) for row in rows
    }


def divided(puzzle: Puzzle, slug: str, row: str, shown: dict[str, str], parts: Parts) -> None:
    """What a reader learns of one row."""
    whole, named = (slug, row, parts.whole), [(slug, row, part) for part in parts.parts]
    for cell in [whole, *named]:
        puzzle.read(cell, shown.get(cell[2], ""))
    for heading, part in parts.shares.items():
        share, counted = shown.get(heading, ""), (slug, row, part)
        if part not in parts.parts:
            named.append(counted)
            if share == HIDDEN:
                puzzle.hide(counted)
        if re.fullmatch(r"\d+,\d", share):
            puzzle.values.setdefault(counted, None)
            puzzle.at_most({counted: 1.0, whole: -(amount(share) + 0.05) / 100})
            puzzle.at_most({counted: -1.0, whole: (amount(share) - 0.05) / 100})
    if named:
        rest = [] if parts.is_all else [(slug, row, f"übrige von: {parts.whole}, {parts.parts or tuple(parts.shares)}")]
        puzzle.sums([*named, *rest], whole)


def lists(site: Path, totals: Path) -> Puzzle:
    """The tables by office and by service, by one who knows every total of the town; `totals` is a site that shows all."""
    puzzle = Puzzle()
    for slug, divisions in LISTS.items():
        table, whole = cells(site, slug), cells(totals, slug)
        for parts in divisions:
            for row, shown in table.items():
                divided(puzzle, slug, row, shown, parts)
            for column in {parts.whole, *parts.parts}:
                # A row that the page leaves out is an unknown too: other tables tell that it exists.
                rows = [
                    (slug, row, column) for row in whole if row not in table or (slug, row, column) in puzzle.values
                ]
                numbers = [shown[column] for shown in whole.values() if column in shown]
                puzzle.sums(rows, sum(amount(text) for text in numbers if re.fullmatch(r"\d+", text)))
    return puzzle


def courses(site: Path) -> Puzzle:
    """The tables of months and weeks."""
    puzzle = Puzzle()
    for slug, divisions in COURSES.items():
        for row, shown in cells(site, slug).items():
            for parts in divisions:
                divided(puzzle, slug, row, shown, parts)
    return puzzle


def process(site: Path, place: int) -> Puzzle:
    """A drawn process: what enters a step is what leaves it, and paths are made of steps."""
    puzzle, slug = Puzzle(), f"prozess-{place}"
    edges, steps = cells(site, slug), cells(site, f"{slug}-schritte")
    cases, times, done = "Vorgänge (n)", "Übergänge", "Ausführungen (n)"
    starts, ends, again = "beginnen hier", "enden hier", "Vorgänge mit Wiederholung"
    for name, shown in edges.items():
        for column in (cases, times):
            puzzle.read((slug, name, column), shown[column])
        puzzle.at_most({(slug, name, cases): 1.0, (slug, name, times): -1.0})
    for name, shown in steps.items():
        for column in (cases, done, starts, ends, again):
            puzzle.read((slug, name, column), shown[column])
        own = {column: (slug, name, column) for column in (cases, done, starts, ends, again)}
        puzzle.sums(
            [(slug, edge, times) for edge, one in edges.items() if one["nach"] == name] + [own[starts]], own[done]
        )
        puzzle.sums([(slug, edge, times) for edge, one in edges.items() if one["von"] == name] + [own[ends]], own[done])
        puzzle.at_most({own[cases]: 1.0, own[again]: 1.0, own[done]: -1.0})
    paths = [
        (row[0].split(" → "), amount(row[1]))
        for row in csv_rows(site / "data" / f"{slug}-wege.csv")[1:]
        if row[1] != HIDDEN
    ]
    for name, shown in edges.items():
        pair = (shown["von"], shown["nach"])
        by_told = sum(count for path, count in paths for one in pairwise(path) if one == pair)
        puzzle.sums(
            [(slug, f"auf anderen Wegen: {name}", times), (slug, f"gezeigt: {name}", times)], (slug, name, times)
        )
        puzzle.values[slug, f"gezeigt: {name}", times] = by_told
    return puzzle


def told_few(puzzle: Puzzle, least: int) -> dict[Cell, int]:
    """Every count below the limit that a reader knows, printed or computed."""
    return {cell: value for cell, value in puzzle.solved().items() if 0 < value < least and "gezeigt: " not in cell[1]}
