"""Gates before a claim: why a month of a measure is refused, or believed only beneath the headline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pipelines.estimates.levels import Level
from pipelines.estimates.panel import Bools, Floats, Ints, ServiceCases
from pipelines.estimates.service import StageEffect
from pipelines.estimates.stages import BASELINE_MONTHS, Claim, Stage
from pipelines.estimates.tide import Spread
from sources.contract.claim_words import ClaimState, RefusalReason

LEAST_BASELINE_CASES: Final = 30
MOST_UNDECIDED: Final = 0.05
MOST_UNKNOWN_MOVED: Final = 0.05
MOST_UNTYPED: Final = 0.05
MOST_LEFT_OUT: Final = 0.05
# Two standard deviations: one town in twenty whose baseline year is as usual is named all the same.
UNUSUAL: Final = 2.0
TREND_MONTHS: Final = 24
_OF_GRADE: Final = {
    "A": None,
    "B": RefusalReason.MINUTES_PARTLY_MEASURED,
    "C": RefusalReason.MINUTES_ASSUMED,
}


@dataclass(frozen=True)
class Verdict:
    """Per month: whether a claim stands, why not, and its grade."""

    states: tuple[ClaimState, ...]
    reasons: tuple[RefusalReason | None, ...]
    grades: tuple[str | None, ...]


def judge(
    service: ServiceCases,
    stage: Stage,
    claim: Claim,
    effect: StageEffect,
    level: Level,
    spread: Spread,
    path: Floats,
    others: Ints,
) -> Verdict:
    """Judge each month of a claim.

    Args:
        service: whose months.
        stage: the stage of the claim.
        claim: the claim.
        effect: what the stage saved.
        level: the service's level.
        spread: the variances of the tide.
        path: the town's path, one value per month.
        others: services without a measure at work, per month, this one left out.
    """
    months = np.arange(len(service.received))
    everywhere = np.ones(len(months), bool)
    baseline = service.received[stage.baseline].sum()
    full = full_months(service, stage)
    provisional = undecided(service) > MOST_UNDECIDED
    counted = counted_grade(service, stage)
    refused: list[tuple[RefusalReason, Bools]] = [
        (RefusalReason.BASELINE_TOO_SHORT, everywhere & (full < BASELINE_MONTHS)),
        (RefusalReason.TOO_FEW_BASELINE_CASES, everywhere & (baseline < LEAST_BASELINE_CASES)),
        (RefusalReason.ENDED, months >= claim.ended),
        (RefusalReason.UNSEEN_CASE_TYPES, (effect.cases == 0) & (effect.left_out > 0) & ~provisional),
        (RefusalReason.NO_CASES, (effect.cases == 0) & ~provisional),
        (RefusalReason.MINUTES_MISSING, effect.unpriced),
    ]
    alone = others == 0
    beneath: list[tuple[RefusalReason, Bools]] = [
        (RefusalReason.NO_COMPARISON if full < TREND_MONTHS else RefusalReason.OWN_TREND_ONLY, alone),
        (RefusalReason.REGRESSION_TO_THE_MEAN, everywhere & is_unusual(stage, level, spread, path)),
        (RefusalReason.UNKNOWN_CHANNELS, np.abs(unknown_moved(service, stage)) > MOST_UNKNOWN_MOVED),
        (
            RefusalReason.UNSEEN_CASE_TYPES,
            effect.left_out > MOST_LEFT_OUT * (effect.left_out + effect.cases),
        ),
        (RefusalReason.MINUTES_NOT_MEASURED, effect.changed & ~effect.measured),
        (
            RefusalReason.MIX_NOT_SEPARABLE,
            effect.changed & (service.untyped_share > MOST_UNTYPED),
        ),
    ]
    states: list[ClaimState] = []
    reasons: list[RefusalReason | None] = []
    grades: list[str | None] = []
    for month in months:
        no = next((reason for reason, holds in refused if holds[month]), None)
        doubt = next((reason for reason, holds in beneath if holds[month]), None)
        if no is not None:
            states.append(ClaimState.REFUSED)
            reasons.append(no)
            grades.append(None)
            continue
        timed = effect.grades[month]
        grade = "C" if doubt is not None else max(timed, counted)
        reason = RefusalReason.BASELINE_RECONSTRUCTED if "A" < counted >= timed else _OF_GRADE[timed]
        if provisional[month]:
            states.append(ClaimState.PROVISIONAL)
            reasons.append(RefusalReason.UNDECIDED)
        else:
            states.append(ClaimState.CLAIMED if grade == "A" else ClaimState.BENEATH)
            reasons.append(doubt or reason)
        grades.append(grade)
    return Verdict(tuple(states), tuple(reasons), tuple(grades))


def full_months(service: ServiceCases, stage: Stage) -> int:
    """Full months before a stage went live: since the service's first case, and since the stage before."""
    seen = np.flatnonzero(service.received.sum((1, 2)))
    begin = int(stage.known[0]) if len(stage.known) else stage.live
    return max(stage.live - max(int(seen[0]) if len(seen) else stage.live, begin), 0)


def counted_grade(service: ServiceCases, stage: Stage) -> str:
    """Worst grade of the statistics that tell cases of a stage, from the first month of its baseline on; else A."""
    begin = int(stage.baseline[0]) if len(stage.baseline) else 0
    return max(service.grades[begin:], default="A")


def undecided(service: ServiceCases) -> Floats:
    """Share of the cases received in a month that are not decided; 0 without cases."""
    received, decided = service.received.sum((1, 2)), service.decided.sum((1, 2))
    return 1 - np.divide(decided, received, out=np.ones(len(received)), where=received > 0)


def unknown_moved(service: ServiceCases, stage: Stage) -> Floats:
    """By how much the share of cases of unknown channel differs from the baseline's, per month."""
    known = service.received.sum((1, 2))
    every = known + service.unknown
    share = np.divide(service.unknown, every, out=np.zeros(len(every)), where=every > 0)
    before = every[stage.baseline].sum()
    return share - (service.unknown[stage.baseline].sum() / before if before else 0)


def is_unusual(stage: Stage, level: Level, spread: Spread, path: Floats) -> bool:
    """Whether the baseline year, less the tide, lies outside the band of the year before; False without such a year."""
    year_before = stage.known[-2 * BASELINE_MONTHS : -BASELINE_MONTHS]
    if len(year_before) < BASELINE_MONTHS:
        return False
    at = np.concatenate([year_before, stage.baseline])
    at_known = at[np.isfinite(level.variance[at])]
    late = np.isin(at_known, stage.baseline)
    if not late.any() or late.all():
        return False
    weights = np.where(late, 1 / late.sum(), -1 / (~late).sum())
    covariance = spread.covariance(len(level.level))[np.ix_(at_known, at_known)] + np.diag(level.variance[at_known])
    distance = weights @ (level.level - path)[at_known]
    return bool(abs(distance) > UNUSUAL * np.sqrt(weights @ covariance @ weights))
