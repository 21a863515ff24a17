"""Several measures on one service: a chain of stages, each set against the state just before it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pipelines.estimates.panel import Floats, Ints, Panel

BASELINE_MONTHS: Final = 12
# Months after a go-live in which its effect is still growing; they tell nothing about the state before the next one.
RUN_IN_MONTHS: Final = 3


@dataclass(frozen=True)
class Claim:
    """A measure that wants to claim a part of a service's effect.

    Attributes:
        measure_id: which one.
        share: the part of the service's effect the town gives it, 0 to 1.
        live: position of the month of its go-live.
        first: position of its first full month.
        ended: position of the month it ended in, beyond the last month while it runs.
        live_on: day of go-live.
    """

    measure_id: str
    share: float
    live: int
    first: int
    ended: int
    live_on: dt.date


@dataclass(frozen=True)
class Stage:
    """Measures that cannot be told apart by time, and the state they are set against.

    Attributes:
        claims: the measures, in order of go-live.
        known: positions of the months that tell the state before.
        baseline: positions of the last twelve of them.
        asked: positions from the first go-live on.
    """

    claims: tuple[Claim, ...]
    known: Ints
    baseline: Ints
    asked: Ints

    @property
    def live(self) -> int:
        """Position of the month of the first go-live."""
        return self.claims[0].live


def claim(row: dict[str, object], panel: Panel) -> Claim:
    """A claim from its row: measure_id, share, went_live_on, ended_on."""
    live_on, ended_on = row["went_live_on"], row["ended_on"]
    assert isinstance(live_on, dt.date)
    live = panel.position(live_on)
    return Claim(
        str(row["measure_id"]),
        float(str(row["share"])),
        live,
        live + (live_on.day > 1),
        panel.position(ended_on) if isinstance(ended_on, dt.date) else len(panel.months),
        live_on,
    )


def stages_of(claims: Sequence[Claim], months: int) -> tuple[Stage, ...]:
    """Cut the claims on a service into stages.

    A measure opens a stage of its own when twelve full months lie between the run-in of the one before and its
    go-live; otherwise it shares the stage. When one of those before ended, the state before begins anew there.
    """
    groups: list[list[Claim]] = []
    for one in sorted(claims, key=lambda one: (one.live_on, one.measure_id)):
        if groups and one.live - groups[-1][-1].first - RUN_IN_MONTHS < BASELINE_MONTHS:
            groups[-1].append(one)
        else:
            groups.append([one])
    stages: list[Stage] = []
    for group in groups:
        begin = _last_change(stages[-1], group[0].live) + RUN_IN_MONTHS if stages else 0
        known = np.arange(max(begin, 0), max(min(group[0].live, months), 0))
        asked = np.arange(max(min(group[0].live, months), 0), months)
        stages.append(Stage(tuple(group), known, known[-BASELINE_MONTHS:], asked))
    return tuple(stages)


def _last_change(stage: Stage, before: int) -> int:
    """Position of the month before another in which a measure of a stage last went live or ended."""
    return max(month for one in stage.claims for month in (one.first, one.ended) if month < before)


def claimed_shares(stages: Sequence[Stage], whole: float, months: int) -> dict[str, Floats]:
    """What each measure may claim of its stage, per month: its share of the shares at work, 0 before and once it ended.

    Args:
        stages: of one service.
        whole: what all its measures may claim together, those to come included: a past month must not change when one
            of them goes live.
        months: how many.
    """
    month = np.arange(months)
    found: dict[str, Floats] = {}
    for stage in stages:
        mine = [one.share * ((month >= one.first) & (month < one.ended)) for one in stage.claims]
        every = np.sum(mine, axis=0)
        for one, share in zip(stage.claims, mine, strict=True):
            found[one.measure_id] = whole * np.divide(share, every, out=np.zeros(months), where=every > 0)
    return found
