"""Splitting records into the quarters of the window, as systems write their exports."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sources.demo.town.arrays import Ints
from sources.demo.town.days import Days


def quarters_of(days: Days, month: Ints) -> Iterator[tuple[str, Ints]]:
    """Each quarter of the window, such as ``2025-Q1``, that has records, and their positions in order."""
    labels = [f"{first:%Y}-Q{(first.month + 2) // 3}" for first in days.months]
    names = sorted(set(labels))
    quarter = np.array([names.index(label) for label in labels])[month]
    for index, name in enumerate(names):
        # Without records no system writes an export.
        if len(mine := np.flatnonzero(quarter == index)):
            yield name, mine


def years_of(days: Days, month: Ints) -> Iterator[tuple[int, Ints]]:
    """Each calendar year of the window that has records, and their positions in order."""
    year = np.array([first.year for first in days.months])[month]
    for name in sorted(set(year.tolist())):
        yield name, np.flatnonzero(year == name)
