"""An office whose minutes are known: six people who work through cases minute by minute, many such offices at once.

Shares no code with what is tested. What people do hangs together: in a rush hour most of them are at the counter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

PEOPLE = 6
DAYS = 20
MINUTES_A_DAY = 480
LETTERS, COUNTER, OBJECTIONS, OTHER, AWAY = range(5)
SHORTEST = np.array([10, 4, 30, 5, 15])
LONGEST = np.array([40, 16, 150, 55, 45])
TRUE_MINUTES = np.array([25.0, 10.0, 90.0])
"""Of a letter, a visit, an objection: the middle between the shortest and the longest, all minutes being as likely."""
CALM = np.array([0.42, 0.10, 0.03, 0.30, 0.15])
RUSH = np.array([0.05, 0.80, 0.01, 0.04, 0.10])


@dataclass(frozen=True)
class Offices:
    """What happened.

    Attributes:
        doing: what each person does (minute × office × person).
        finished: letters, visits and objections finished in the period (office × 3).
    """

    doing: NDArray[np.int8]
    finished: Ints

    def seen(self, office: int, minutes: Ints) -> Ints:
        """How many people are at what in some minutes (minutes × 5)."""
        return np.array([np.bincount(self.doing[minute, office], minlength=5) for minute in minutes])


def lived(offices: int, seed: int) -> Offices:
    """Let so many offices live through twenty days, independent of one another."""
    rng = np.random.default_rng(seed)
    length = DAYS * MINUTES_A_DAY
    is_rush = np.repeat(rng.random((length // 60, offices)) < 0.35, 60, axis=0)
    shape = (offices, PEOPLE)
    doing = np.zeros((length, *shape), dtype=np.int8)
    finished = np.zeros((offices, 3), dtype=np.int64)
    # Everybody comes in the middle of something, as work goes on from before the period.
    task = rng.choice(5, shape, p=CALM)
    left = rng.integers(1, LONGEST[task] + 1)
    for minute in range(length):
        doing[minute] = task
        left -= 1
        done = left == 0
        for kind in range(3):
            finished[:, kind] += (done & (task == kind)).sum(1)
        chances = np.where(is_rush[minute][:, None, None], RUSH.cumsum(), CALM.cumsum())
        following = (rng.random(shape)[..., None] > chances).sum(-1).clip(0, 4)
        task = np.where(done, following, task)
        left = np.where(done, rng.integers(SHORTEST[task], LONGEST[task] + 1), left)
    return Offices(doing, finished)
