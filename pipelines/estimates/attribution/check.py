"""A claim held against two checks: services without a measure, and the service's own past. On one scale, minutes.

Both ask by how much people came online more than they otherwise would, month by month of receipt, on the logit scale.
The mean minutes of a case at the baseline's mix and minutes are a straight line in the share that comes online, with
ends and slope of each service's own. Where between its ends a service stands, as log odds, is what services of
different levels move in parallel on (decision 32), and it asks no minutes of services nobody timed. What the checks
find there goes back into minutes by the service's own cases and minutes of before. How those come who do not come
online, and what a case takes less in the same channel, stands in claim and check alike, and neither speaks of it: the
one is told by few cases, the other was timed, not inferred.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit, stdtrit

from pipelines.estimates.attribution.others import LEAST_COMPARISONS, MOST_LUCK, moved_beyond, spread_of
from pipelines.estimates.attribution.own_past import LEAST_MONTHS_BEFORE, gone_on
from pipelines.estimates.attribution.years import LEAST_MONTHS, Services, years_of
from pipelines.estimates.cells import Cells
from pipelines.estimates.effects import MOST_SELECTION, priced
from pipelines.estimates.gates import Verdict
from pipelines.estimates.levels import Level
from pipelines.estimates.minutes import Minutes
from pipelines.estimates.panel import Floats, Ints, ServiceCases
from pipelines.estimates.service import StageEffect, first_online
from pipelines.estimates.stages import BASELINE_MONTHS, Stage
from sources.contract.attribution import AttributionMethod, AttributionReason, AttributionState
from sources.contract.claim_words import STANDS

# The claim shows its tenth and ninetieth percentile; so does a check.
_P90: Final = 0.9
_DIGITS: Final = 3


@dataclass(frozen=True)
class Claimed:
    """The claim over the months that are checked, in minutes.

    Attributes:
        months: positions of these months.
        cases: decided cases in them.
        mean, p10, p50, p90: as it is published: of the draws of the sum.
    """

    months: Ints
    cases: int
    mean: float
    p10: float
    p50: float
    p90: float


@dataclass(frozen=True)
class Found:
    """What a check found over the same months, in minutes: middle, tenth and ninetieth percentile.

    Attributes:
        comparisons: services without a measure that it rests on: compared with, or that show how far a trend may err.
        premise: probability of the difference before the measure, see `Moved`; None where there is no such test.
    """

    estimate: float
    low: float
    high: float
    comparisons: int
    premise: float | None


@dataclass(frozen=True)
class Check:
    """One check of one claim; found is None where it is not checkable, reason is None where it is."""

    method: AttributionMethod
    state: AttributionState
    reason: AttributionReason | None
    claimed: Claimed | None
    found: Found | None


@dataclass(frozen=True)
class Prices:
    """What turns log odds into minutes, for the months checked.

    Attributes:
        cases: decided cases that count, months × K, times the measure's part.
        gap: minutes a case takes less online, the old way, months × K.
        offsets: of each type.
        offline: minutes saved if nobody had come online without the measure.
    """

    cases: Floats
    gap: Floats
    offsets: Floats
    offline: float

    def minutes(self, without: Floats) -> float:
        """Minutes saved where the level without the measure is this, one per month."""
        return self.offline - float((self.cases * expit(without[:, None] + self.offsets) * self.gap).sum())

    def slopes(self, without: Floats) -> Floats:
        """By how many minutes less that is, per month, where that level were higher by one."""
        share = expit(without[:, None] + self.offsets)
        return (self.cases * share * (1 - share) * self.gap).sum(1)


def checks_of(
    service: ServiceCases,
    services: Services,
    mine: int,
    stage: Stage,
    level: Level,
    minutes: Minutes,
    effect: StageEffect,
    part: Floats,
    verdict: Verdict,
    until: int,
) -> tuple[Check, ...]:
    """Check one claim both ways.

    Args:
        service: the cases.
        services: of the whole town.
        mine: which of them it is.
        stage: the stage of the claim.
        level: of the service.
        minutes: its dated values.
        effect: what the stage saved.
        part: the measure's part of it, per month.
        verdict: what became of the claim; months that do not stand are not checked.
        until: position of the month in which the next stage of the service begins.
    """
    stands = np.array([state in STANDS for state in verdict.states]) & (effect.cases > 0) & (part > 0)
    months = np.flatnonzero(stands)
    months = months[(months >= stage.live) & (months < until)]
    if not len(months) or effect.cells is None:
        return nothing_claimed()
    claimed = _claimed(effect, part, months)
    reason = _unreadable(service, stage, months)
    if reason is not None:
        return tuple(_not_checkable(method, reason, claimed) for method in AttributionMethod)
    prices = _prices(service, level, minutes, effect, effect.cells, part, months)
    return (
        _judged(AttributionMethod.GROUP_TIME_DID, claimed, _against_others(services, mine, stage, months, prices)),
        _judged(
            AttributionMethod.INTERRUPTED_SERIES, claimed, _against_own_past(services, mine, stage, months, prices)
        ),
    )


def nothing_claimed() -> tuple[Check, ...]:
    """Where no hours stand there is nothing to check."""
    return tuple(_not_checkable(method, AttributionReason.NOTHING_CLAIMED, None) for method in AttributionMethod)


def _not_checkable(method: AttributionMethod, reason: AttributionReason, claimed: Claimed | None) -> Check:
    return Check(method, AttributionState.NOT_CHECKABLE, reason, claimed, None)


def _judged(method: AttributionMethod, claimed: Claimed, found: Found | AttributionReason) -> Check:
    if isinstance(found, AttributionReason):
        return _not_checkable(method, found, claimed)
    return Check(method, state_of(claimed, found), None, claimed, found)


def state_of(claimed: Claimed, found: Found) -> AttributionState:
    """Claim and check disagree when the middle of each lies outside the interval of the other.

    That is further apart than either says it may be off. Intervals that do not touch would be asking too much: no true
    claim is doubted either way in the towns of `speaks_against`, but of those that take the tide as well only 33 of 100
    would be found instead of 79.
    """
    is_near = found.low <= claimed.p50 <= found.high or claimed.p10 <= found.estimate <= claimed.p90
    return AttributionState.AGREES if is_near else AttributionState.DISAGREES


def _claimed(effect: StageEffect, part: Floats, months: Ints) -> Claimed:
    drawn = (effect.saved[:, months] * part[months]).sum(1)
    low, middle, high = (round(float(value), _DIGITS) for value in np.quantile(drawn, [0.1, 0.5, 0.9]))
    return Claimed(months, int(effect.cases[months].sum()), round(float(drawn.mean()), _DIGITS), low, middle, high)


def _unreadable(service: ServiceCases, stage: Stage, months: Ints) -> AttributionReason | None:
    """Why log odds say nothing of this claim, whoever reads them."""
    if len(months) < LEAST_MONTHS:
        return AttributionReason.TOO_FEW_MONTHS
    if len(stage.baseline) < BASELINE_MONTHS or first_online(service) > stage.baseline[0]:
        return AttributionReason.NO_WAY_BEFORE
    return None if service.online[stage.baseline].any() else AttributionReason.NO_WAY_BEFORE


def _prices(
    service: ServiceCases,
    level: Level,
    minutes: Minutes,
    effect: StageEffect,
    cells: Cells,
    part: Floats,
    months: Ints,
) -> Prices:
    at = np.searchsorted(cells.asked, months)
    old = priced(cells.old_rows, minutes.mean[None])[0]
    easy = 1 - MOST_SELECTION / 2 * service.untyped_share
    cases = cells.received.sum(2)[at] * cells.part[at] * part[months, None] * easy
    took = (cells.counts[at] * old).sum((1, 2))
    return Prices(
        cases,
        effect.offline[at] - old[:, 0],
        np.where(cells.seen, np.nan_to_num(level.offsets), 0),
        float((cases * effect.offline[at]).sum() - (took * easy - effect.parts.efficiency[months]) @ part[months]),
    )


def _against_others(
    services: Services, mine: int, stage: Stage, months: Ints, prices: Prices
) -> Found | AttributionReason:
    years = years_of(stage, months)
    moved = moved_beyond(services, mine, years)
    if isinstance(moved, AttributionReason):
        return moved
    if moved.premise is not None and moved.premise < MOST_LUCK:
        return AttributionReason.MOVED_OTHERWISE_BEFORE
    year = np.repeat(np.arange(len(years.since)), [len(one) for one in years.since])
    level = services.levels(years.since)[0][mine][year]
    without = level - moved.effect[year]
    weights = np.bincount(year, prices.slopes(without)).astype(float)
    return _found(
        prices.minutes(without), moved.error(weights), moved.comparisons - 1, moved.comparisons, moved.premise
    )


def _against_own_past(
    services: Services, mine: int, stage: Stage, months: Ints, prices: Prices
) -> Found | AttributionReason:
    known = stage.known[services.has_way[mine, stage.known]]
    if len(known) < LEAST_MONTHS_BEFORE:
        return AttributionReason.TOO_FEW_MONTHS_BEFORE
    readable = services.readable(known)
    if not readable[mine]:
        return AttributionReason.TOO_FEW_CASES
    path = gone_on(services.monthly[mine], known, months)
    slopes = prices.slopes(path.middle)
    error, freedom = float(np.sqrt(slopes @ path.covariance @ slopes)), path.freedom
    placebos = np.flatnonzero(readable & services.is_free[:, np.concatenate([known, months])].all(1))
    if len(placebos) >= LEAST_COMPARISONS:
        # Where trends bend, every trend is wrong at once: no model of a single series shows that, others' series do.
        wrong = services.monthly[placebos][:, months] - services.monthly[placebos][:, known] @ path.carry.T
        back = slopes @ path.carry
        sampling = services.variance[:, months] @ slopes**2 + services.variance[:, known] @ back**2
        error = max(error, spread_of(wrong @ slopes, sampling[placebos], float(sampling[mine])))
        freedom = min(freedom, len(placebos) - 1)
    return _found(prices.minutes(path.middle), error, freedom, len(placebos), None)


def _found(estimate: float, error: float, freedom: int, comparisons: int, premise: float | None) -> Found:
    reach = float(stdtrit(freedom, _P90)) * error
    return Found(
        round(estimate, _DIGITS),
        round(estimate - reach, _DIGITS),
        round(estimate + reach, _DIGITS),
        comparisons,
        None if premise is None else round(premise, _DIGITS),
    )
