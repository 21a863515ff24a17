"""Splitting records into the quarters of the window, as systems write their exports."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sources.demo.town.arrays import Ints
from sources.demo.town.days import Days


def quarter_labels(days: Days) -> list[str]:
    """Per month of the window the quarter it belongs to, such as ``2025-Q1``."""
    return [f"{month:%Y}-Q{(month.month + 2) // 3}" for month in days.months]


def quarters_of(days: Days, month: Ints) -> Iterator[tuple[str, Ints]]:
    """Each quarter of the window and the positions of its records, in their order."""
    labels = quarter_labels(days)
    names = sorted(set(labels))
    quarter = np.array([names.index(label) for label in labels])[month]
    for index, name in enumerate(names):
        yield name, np.flatnonzero(quarter == index)


def years_of(days: Days, month: Ints) -> Iterator[tuple[int, Ints]]:
    """Each calendar year of the window and the positions of its records, in their order."""
    year = np.array([first.year for first in days.months])[month]
    for name in sorted({first.year for first in days.months}):
        yield name, np.flatnonzero(year == name)
