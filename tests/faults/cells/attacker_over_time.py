"""A reader who kept the pages of before: what one generation shows is taken for what another one hides.

A closed month or a twelve months' count rarely moves from one day to the next. So each number that one generation shows
and another hides is supposed to be the same in both, each alone and all together, and the rest is computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from tests.faults.cells.attacker import lists, told_few
from tests.faults.cells.puzzle import Cell, Puzzle

Generation: TypeAlias = tuple[Path, Path]
"""A site, and the same without thresholds."""


def computed_back(generations: Sequence[Generation], least: int) -> dict[tuple[int, Cell], int]:
    """What is really few in a generation and what the others give away, with its number."""
    known = [lists(*generation) for generation in generations]
    truth = [lists(whole, whole).solved() for _, whole in generations]
    found: dict[tuple[int, Cell], int] = {}
    for at, puzzle in enumerate(known):
        for guess in (guess for other in known if other is not puzzle for guess in _guesses(puzzle, other)):
            told = _told(puzzle, guess, least)
            found |= {(at, cell): few for cell, few in told.items() if truth[at].get(cell) == few}
    return found


def _guesses(puzzle: Puzzle, other: Puzzle) -> Iterator[dict[Cell, float]]:
    """What the other generation shows of what this one hides."""
    shown = {cell: value for cell in puzzle.hidden if (value := other.values.get(cell)) is not None}
    yield from ({cell: value} for cell, value in shown.items())
    if shown:
        yield shown


def _told(puzzle: Puzzle, guess: dict[Cell, float], least: int) -> dict[Cell, int]:
    """What becomes known with a guess; nothing where it cannot be true."""
    supposed = Puzzle()
    supposed.values, supposed.hidden = {**puzzle.values, **guess}, puzzle.hidden
    supposed.equal, supposed.most = puzzle.equal, puzzle.most
    try:
        return told_few(supposed, least)
    except AssertionError:
        return {}
