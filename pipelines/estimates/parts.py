"""What adds up to a service's counted minutes before and after: volume, mix, and the same cases another way."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from pipelines.estimates.panel import Floats, Ints


@dataclass(frozen=True)
class Parts:
    """Minutes per month that add up: after − before = volume + mix − like for like, and like for like holds efficiency.

    Attributes:
        before: minutes of a mean month of the baseline.
        after: minutes of the month's cases as they came.
        volume: more or fewer cases, at the baseline's mean minutes.
        mix: other case types, at the baseline's minutes of each.
        like_for_like: the month's cases the way of the baseline, less the way they came.
        efficiency: fewer minutes for the same channel and case type.
    """

    before: Floats
    after: Floats
    volume: Floats
    mix: Floats
    like_for_like: Floats
    efficiency: Floats

    def __sub__(self, other: Parts) -> Parts:
        return Parts(*(getattr(self, one.name) - getattr(other, one.name) for one in fields(self)))


def parts_of(months: int, asked: Ints, before: Ints, counts: Floats, old: Floats, new: Floats) -> Parts:
    """The decomposition with the minutes as measured (Laspeyres: volume, then mix, then the way they came)."""
    usual = before.sum(1)
    per_type = np.divide((before * old).sum(1), usual, out=np.zeros(len(usual)), where=usual > 0)
    mean = (before * old).sum() / usual.sum() if usual.sum() else 0.0
    cases = counts.sum(2)
    all_cases = cases.sum(1)
    found = {field.name: np.zeros(months) for field in fields(Parts)}
    found["before"][asked] = (before * old).sum() / 12
    found["after"][asked] = (counts * new).sum((1, 2))
    found["volume"][asked] = (all_cases - usual.sum() / 12) * mean
    found["mix"][asked] = cases @ per_type - all_cases * mean
    found["like_for_like"][asked] = cases @ per_type - found["after"][asked]
    found["efficiency"][asked] = (counts * (old - new)).sum((1, 2))
    return Parts(**found)
