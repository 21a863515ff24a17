"""Years counted from a go-live, and how far services were online in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit

from pipelines.estimates.levels import Level, fitted
from pipelines.estimates.panel import Bools, Floats, Ints, Panel
from pipelines.estimates.service import first_online
from pipelines.estimates.stages import BASELINE_MONTHS, Stage

# Fewer months at the end are told together with the year before them.
LEAST_MONTHS: Final = 6
# On fewer cases the log odds of a single month say nothing.
LEAST_MONTHLY_CASES: Final = 10


@dataclass(frozen=True)
class Years:
    """Positions of months, cut at a go-live.

    Attributes:
        earlier: the year before the baseline year; None where the log or the stage begins later.
        baseline: the year before go-live.
        since: the months that are checked, year by year.
    """

    earlier: Ints | None
    baseline: Ints
    since: tuple[Ints, ...]


def years_of(stage: Stage, checked: Ints) -> Years:
    """Cut the months.

    Args:
        stage: says which months tell the state before.
        checked: positions of the months that are checked, at least one, none before go-live.
    """
    since = [checked[(checked - stage.live) // BASELINE_MONTHS == year] for year in range(int(checked[-1]) + 1)]
    since = [months for months in since if len(months)]
    if len(since) > 1 and len(since[-1]) < LEAST_MONTHS:
        since[-2:] = [np.concatenate(since[-2:])]
    earlier = stage.known[-2 * BASELINE_MONTHS : -BASELINE_MONTHS]
    return Years(earlier if len(earlier) == BASELINE_MONTHS else None, stage.baseline, tuple(since))


@dataclass(frozen=True)
class Services:
    """All services of the town by case type, types nobody knew before a measure left out.

    Attributes:
        cases, online: services × months × K, 0 beyond a service's own types.
        offsets: services × K.
        monthly, variance: services × months, the level of single months and its sampling variance; NaN without cases.
        has_way: services × months, where somebody has come online before; is_free: and no measure is at work.
        live: position of the month each service's first measure went live in, beyond the last month for none.
    """

    cases: Ints
    online: Ints
    offsets: Floats
    monthly: Floats
    variance: Floats
    has_way: Bools
    is_free: Bools
    live: Ints

    def levels(self, windows: Sequence[Ints]) -> tuple[Floats, Floats]:
        """How far each service was online in each window, mix of case types taken out: level and sampling variance.

        Of all cases of a window together: the mean of monthly log odds is off where a month has few cases.

        Returns:
            services × windows each, on the logit scale.
        """
        cases, online = (np.stack([of[:, months].sum(1) for months in windows], 1) for of in (self.cases, self.online))
        rows = cases.reshape(-1, cases.shape[2]).astype(float)
        offsets = np.repeat(self.offsets, len(windows), axis=0)
        level = fitted(rows, offsets, online.sum(2).ravel().astype(float))
        share = expit(level[:, None] + offsets)
        information = (rows * share * (1 - share)).sum(1) + 0.25
        return level.reshape(cases.shape[:2]), (1 / information).reshape(cases.shape[:2])

    def readable(self, months: Ints) -> Bools:
        """Services whose single months can be read: cases in every one, and enough on the average."""
        cases = self.cases[:, months].sum(2)
        return cases.all(1) & (cases.mean(1) >= LEAST_MONTHLY_CASES)


def services_of(town: Panel, levels: Sequence[Level], untouched: Bools) -> Services:
    """Lay out all services.

    Args:
        town: their cases.
        levels: one per service; their offsets are of the time before any measure.
        untouched: services × months, no measure at work.
    """
    kinds = max(len(service.case_types) for service in town.services)
    shape = (len(town.services), len(town.months), kinds)
    cases, online, offsets = np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros((shape[0], kinds))
    has_way = np.zeros(shape[:2], bool)
    for row, (service, level) in enumerate(zip(town.services, levels, strict=True)):
        seen = ~np.isnan(level.offsets)
        cases[row, :, : len(seen)] = service.by_type * seen
        online[row, :, : len(seen)] = service.online * seen
        offsets[row, : len(seen)] = np.where(seen, level.offsets, 0)
        has_way[row, first_online(service) :] = True
    return Services(
        cases,
        online,
        offsets,
        np.stack([level.level for level in levels]),
        np.stack([level.variance for level in levels]),
        has_way,
        untouched & has_way,
        untouched.sum(1),
    )
