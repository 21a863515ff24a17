"""What a service moved beyond services without a measure, and how far such services move apart by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from scipy.special import stdtr

from pipelines.estimates.attribution.group_time import NEVER, SCHEMA, group_time
from pipelines.estimates.attribution.years import Services, Years
from pipelines.estimates.panel import Floats, Ints
from pipelines.estimates.stages import BASELINE_MONTHS
from sources.contract.attribution import AttributionReason

# Fewer say nothing of how far services move apart.
LEAST_COMPARISONS: Final = 5
# A year on fewer cases is no comparison.
LEAST_CASES: Final = 30
# One service in twenty that did move with the others is set aside all the same.
MOST_LUCK: Final = 0.05


@dataclass(frozen=True)
class Moved:
    """What a service moved beyond the others, in log odds of coming online.

    Attributes:
        effect: per year since go-live.
        placebos: what each of the others moved beyond the rest of them in the same years, others × years.
        noise: sampling variance of the service's level in the baseline and in each year.
        other_noise: the same of the others, others × (1 + years).
        premise: probability of a difference in the year before the baseline as large as was found, if the service then
            moved as the others did; None without such a year.
    """

    effect: Floats
    placebos: Floats
    noise: Floats
    other_noise: Floats
    premise: float | None

    @property
    def comparisons(self) -> int:
        """How many services it is compared with throughout."""
        return len(self.placebos)

    def error(self, weights: Floats) -> float:
        """Standard error of a weighted sum of the yearly effects.

        One treated service has no spread of its own (Conley & Taber 2011): what the others moved apart without any
        measure stands for it, less what their own numbers of cases explain, plus what this service's do (Ferman &
        Pinto 2019).

        Args:
            weights: one per year.
        """
        return spread_of(
            self.placebos @ weights, _noise(self.other_noise, weights), _noise(self.noise[None], weights)[0]
        )


def moved_beyond(services: Services, mine: int, years: Years) -> Moved | AttributionReason:
    """Compare a service with those not yet treated (`group_time`).

    Args:
        services: of the town.
        mine: which of them.
        years: cut at the service's go-live.
    """
    earlier = [] if years.earlier is None else [years.earlier]
    beside, clean = _chosen(services, mine, [*earlier, years.baseline], years.since)
    if earlier and len(clean) < LEAST_COMPARISONS:
        # Without the year before there may be enough, and only the test of the premise is lost.
        earlier = []
        beside, clean = _chosen(services, mine, [years.baseline], years.since)
    if len(clean) < LEAST_COMPARISONS:
        return AttributionReason.TOO_FEW_COMPARISONS
    # In this order a window's place is its period.
    level, variance = services.levels([*earlier, years.baseline, *years.since])
    base = len(earlier)
    cells = group_time(_panel(services, level, mine, beside, years.since, base), "not_yet_treated").cells
    change = level[clean] - level[clean, base : base + 1]
    # One of the others against the rest: the same difference, without a measure.
    apart = (change - change.mean(0)) * len(clean) / (len(clean) - 1)
    premise = None
    if earlier:
        error = spread_of(apart[:, 0], variance[clean, :2].sum(1), float(variance[mine, :2].sum()))
        premise = float(2 * stdtr(len(clean) - 1, -abs(cells[base + 1, 0].value) / error))
    return Moved(
        np.array([cells[base + 1, base + 1 + year].value for year in range(len(years.since))]),
        apart[:, base + 1 :],
        variance[mine, base:],
        variance[clean, base:],
        premise,
    )


def _chosen(services: Services, mine: int, before: Sequence[Ints], since: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Services to compare with for a while, and those of them that stay without a measure to the end."""
    every = [*before, *since]
    least = [LEAST_CASES * min(1, len(months) / BASELINE_MONTHS) for months in every]
    enough = np.stack([services.cases[:, months].sum((1, 2)) for months in every], 1) >= least
    free = np.stack([services.is_free[:, months].all(1) for months in every], 1)
    # Whoever goes live in the first year as well would count as the same group.
    is_other = np.arange(len(enough)) != mine
    beside = enough.all(1) & free[:, : len(before) + 1].all(1) & is_other
    return np.flatnonzero(beside), np.flatnonzero(beside & free.all(1))


def _panel(
    services: Services, level: Floats, mine: int, beside: Ints, since: Sequence[Ints], base: int
) -> pl.DataFrame:
    """The levels as `group_time` takes them; periods count from 0, the service is first treated after the base."""
    ends = np.array([months[-1] for months in since])
    # The year in which each is first treated; one beyond the last for those that never are.
    year = np.searchsorted(ends, services.live[beside])
    first = np.concatenate([[base + 1], np.where(year < len(since), base + 1 + year, NEVER)])
    units = np.concatenate([[mine], beside])
    periods = level.shape[1]
    return pl.DataFrame(
        {
            "unit": np.repeat(units, periods),
            "period": np.tile(np.arange(periods), len(units)),
            "first_treated": np.repeat(first, periods),
            "outcome": level[units].ravel(),
        },
        schema=SCHEMA,
    )


def _noise(noise: Floats, weights: Floats) -> Floats:
    """Sampling variance of a weighted sum of changes since the baseline."""
    return noise[:, 1:] @ weights**2 + noise[:, 0] * weights.sum() ** 2


def spread_of(placebos: Floats, sampling: Floats, own: float) -> float:
    """Standard error of a service's difference, from the differences of services without a measure.

    Args:
        placebos: one per such service, each against the rest or against its own past.
        sampling: their sampling variances.
        own: the sampling variance of the service itself.
    """
    count = len(placebos)
    # A placebo is compared with one service fewer.
    apart = (placebos**2).mean() * (count - 1) / count
    beyond = max(apart - sampling.mean(), 0.0)
    return float(np.sqrt(beyond + own + (beyond + sampling.mean()) / count))
