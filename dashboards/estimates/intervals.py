"""Intervals of shares, so that noise is not called a change (Wilson 1927, Newcombe 1998 method 10)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

Z_95: Final = 1.959963984540054


@dataclass(frozen=True)
class Share:
    """A share with its parts: `cases` out of `base`; the base is at least 1."""

    cases: int
    base: int

    @property
    def value(self) -> float:
        """The share, 0..1."""
        return self.cases / self.base


def wilson(share: Share) -> tuple[float, float]:
    """The 95 % Wilson interval of a share, both bounds in 0..1."""
    n, p = share.base, share.value
    centre = p + Z_95**2 / (2 * n)
    spread = Z_95 * sqrt(p * (1 - p) / n + Z_95**2 / (4 * n * n))
    scale = 1 + Z_95**2 / n
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def difference(now: Share, before: Share) -> tuple[float, float]:
    """The 95 % Newcombe interval of now − before, in shares."""
    (low_now, high_now), (low_before, high_before) = wilson(now), wilson(before)
    moved = now.value - before.value
    down = sqrt((now.value - low_now) ** 2 + (high_before - before.value) ** 2)
    up = sqrt((high_now - now.value) ** 2 + (before.value - low_before) ** 2)
    return moved - down, moved + up


def is_unchanged(now: Share, before: Share) -> bool:
    """True when the interval of the difference includes zero: nothing may have happened."""
    low, high = difference(now, before)
    return low <= 0 <= high
