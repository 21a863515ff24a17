"""The hours each measure saved, less what would have come anyway: by month of receipt, with what it rests on."""

from __future__ import annotations

import datetime as dt
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from pipelines.estimates.attribution.check import Check, checks_of, nothing_claimed
from pipelines.estimates.attribution.verdict import dropped
from pipelines.estimates.attribution.years import Services, services_of
from pipelines.estimates.gates import Verdict, judge
from pipelines.estimates.levels import Level, level_of
from pipelines.estimates.minutes import Minutes, minutes_of
from pipelines.estimates.panel import Bools, Floats, Ints, Panel, ServiceCases, panel
from pipelines.estimates.rest import rest_drift
from pipelines.estimates.service import StageEffect, Tide, effects, first_online, tide
from pipelines.estimates.stages import Stage, claim, claimed_shares, stages_of
from pipelines.estimates.tide import Levels, Path, Spread, path_of, placebo_widening, spreads
from sources.contract.vocabularies import MeasureStatus

SEED: Final = 1
DRAWS: Final = 1000
# The variances are drawn this often, the path and everything else many times for each of them.
DRAWS_OF_SPREADS: Final = 20
AT_WORK: Final = frozenset({MeasureStatus.LIVE, MeasureStatus.STOPPED})


@dataclass(frozen=True)
class Saved:
    """What one measure saved on one service.

    Attributes:
        measure_id, service_code: whose.
        months: positions of the months it may speak of.
        part: its part of the stage, per month of the panel.
        effect, verdict: None for a measure that is not live.
        checks: what the checks beside the claim say of it; the verdict's grade has dropped where they speak against it.
    """

    measure_id: str
    service_code: str
    months: Ints
    part: Floats
    effect: StageEffect | None
    verdict: Verdict | None
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class Town:
    """What all services share.

    Attributes:
        levels: the free levels.
        drawn: draws of the tide.
        spread: the middle of its variances.
        path: its middle.
        received: cases, services × months × channels.
        untouched: services × months, where no measure is at work.
        services: their levels as the checks beside the claims ask for them.
    """

    levels: Levels
    drawn: Tide
    spread: Spread
    path: Path
    received: Ints
    untouched: Bools
    services: Services


def saved_by_measures(
    cohorts: pl.DataFrame, claims: pl.DataFrame, minutes: pl.DataFrame, end: dt.date, seed: int = SEED
) -> tuple[Panel, list[Saved]]:
    """Estimate what each measure saved on each of its services.

    Args:
        cohorts: service_code, case_type, intake_channel, month (of receipt), received_cases, decided_cases,
            evidence_grade (of a statistic, null where the log counted).
        claims: measure_id, service_code, share, went_live_on, ended_on, status.
        minutes: service_code, case_type, intake_channel, minutes, low, high, standard_error, sampled, method,
            valid_from, evidence_grade.
        end: the first month that is not over.
        seed: where the draws begin.
    """
    town_cases = panel(cohorts, end)
    at_work: dict[str, list[dict[str, Any]]] = defaultdict(list)
    waiting: list[Saved] = []
    for row in claims.filter(pl.col("went_live_on") < end).sort("service_code", "measure_id").to_dicts():
        if row["status"] in AT_WORK:
            at_work[row["service_code"]].append(row)
        elif town_cases.months:
            one = claim(row, town_cases)
            months = np.arange(max(one.first, 0), len(town_cases.months))
            waiting.append(
                Saved(one.measure_id, row["service_code"], months, np.zeros(0), None, None, nothing_claimed())
            )
    if not town_cases.months or not at_work:
        return town_cases, waiting
    stages = {
        service.service_code: stages_of(
            [claim(row, town_cases) for row in at_work[service.service_code]], len(town_cases.months)
        )
        for service in town_cases.services
    }
    untouched = [_untouched(service, stages[service.service_code]) for service in town_cases.services]
    levels = [level_of(service, months) for service, months in zip(town_cases.services, untouched, strict=True)]
    town = _town(town_cases, stages, levels, np.stack(untouched), seed)
    shares = dict(claims.group_by("service_code").agg(pl.col("share").sum()).iter_rows())
    values = minutes.partition_by("service_code", as_dict=True)
    found = [
        one
        for mine, service in enumerate(town_cases.services)
        if stages[service.service_code]
        for one in _of_service(
            mine,
            stages[service.service_code],
            min(shares[service.service_code], 1.0),
            levels[mine],
            minutes_of(values.get((service.service_code,), minutes.clear())),
            town_cases,
            town,
            seed,
        )
    ]
    return town_cases, sorted([*found, *waiting], key=lambda one: (one.measure_id, one.service_code))


def _untouched(service: ServiceCases, stages: tuple[Stage, ...]) -> Bools:
    """The months before any measure."""
    return np.arange(len(service.received)) < (stages[0].live if stages else len(service.received))


def _town(
    town_cases: Panel, stages: dict[str, tuple[Stage, ...]], levels: list[Level], untouched: Bools, seed: int
) -> Town:
    month = np.arange(len(town_cases.months))
    variance = np.stack([level.variance for level in levels])
    has_way = np.stack([month >= first_online(service) for service in town_cases.services])
    free = Levels(
        np.stack([np.nan_to_num(level.level) for level in levels]),
        variance,
        untouched & np.isfinite(variance) & has_way,
    )
    rng = np.random.default_rng([seed])
    drawn = spreads(free, rng, DRAWS_OF_SPREADS)
    paths = [path_of(free, spread) for spread in drawn]
    middle = Spread(*(float(np.median([getattr(one, name) for one in drawn])) for name in Spread.__slots__))
    path = path_of(free, middle)
    begun = [stage.live for one in stages.values() for stage in one[:1] if 0 <= stage.live < len(month)]
    widening = placebo_widening(free, path, middle, int(np.median(begun)) if begun else len(month))
    received = np.stack([service.received.sum(1) for service in town_cases.services])
    return Town(
        free,
        tide(drawn, paths, widening, rng, DRAWS),
        middle,
        path,
        received,
        untouched,
        services_of(town_cases, levels, untouched),
    )


def _of_service(
    mine: int,
    stages: tuple[Stage, ...],
    whole: float,
    level: Level,
    minutes: Minutes,
    town_cases: Panel,
    town: Town,
    seed: int,
) -> Iterator[Saved]:
    service = town_cases.services[mine]
    # A seed of its own, so that another service more or less does not move this one's draws.
    own_seed = [seed, zlib.crc32(service.service_code.encode())]
    rng, rest_rng = np.random.default_rng(own_seed), np.random.default_rng([*own_seed, 1])
    others = town.levels.is_free.sum(0) - town.levels.is_free[mine]
    drifts = [
        rest_drift(town.received, town.untouched, stage.baseline, mine, rest_rng, town.drawn.draws) for stage in stages
    ]
    found = effects(service, stages, level, minutes, town_cases.months, town.drawn, drifts, rng)
    part = claimed_shares(stages, whole, len(town_cases.months))
    ends = [*(stage.live for stage in stages[1:]), len(town_cases.months)]
    for stage, effect, end in zip(stages, found, ends, strict=True):
        for one in stage.claims:
            mine_of = part[one.measure_id]
            verdict = judge(service, stage, one, effect, level, town.spread, town.path.mean, others)
            checks = checks_of(service, town.services, mine, stage, level, minutes, effect, mine_of, verdict, end)
            yield Saved(
                one.measure_id,
                service.service_code,
                np.arange(max(one.first, 0), len(town_cases.months)),
                mine_of,
                effect,
                dropped(verdict, checks),
                checks,
            )
