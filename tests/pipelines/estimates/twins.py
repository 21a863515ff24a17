"""Twin towns: invented people who live twice, with a measure and without; the difference is what it truly saved.

Everything here is drawn person by person. A person has a case type, a way to come if not online, a number that says how
inclined they are to come online, and a case that takes its minutes. The twin is the same people with the same numbers
in a town in which a measure never happened. Of all this an estimator gets what a town hall would know: counts of cases,
go-lives, and minutes of a sample of cases. This module knows nothing of the program it puts to the test.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tests.pipelines.estimates.habits import Habits
from tests.pipelines.estimates.tables import CHANNELS, claims, cohorts, month_of, processing_minutes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# Work of the ways to come, as a part of what a letter takes, and spread of single cases round their mean (log).
WORK = np.array([1.0, 0.92, 0.95])
SPREAD = 0.4
# With fewer cases timed nobody takes a mean: the office guesses, and is off by about a third.
FEWEST_TIMED = 3
GUESS = 0.3
FULL_YEAR = 12


@dataclass(frozen=True)
class Measures:
    """Per measure: its service, month of go-live and full effect in log odds (0 for one that does nothing)."""

    service: Ints
    live: Ints
    effect: Floats

    def __len__(self) -> int:
        return len(self.service)


@dataclass(frozen=True)
class People:
    """Per person: service, month of receipt, case type, way to come if not online (0 for post), inclination (0 comes
    online first, 1 last), minutes online and minutes otherwise, and whether the case is decided."""

    service: Ints
    month: Ints
    kind: Ints
    way: Ints
    inclination: Floats
    minutes_online: Floats
    minutes_offline: Floats
    decided: Bools

    def __len__(self) -> int:
        return len(self.service)


@dataclass(frozen=True, eq=False)
class Town:
    """What an estimator may see, and the truth it may not; two towns are the same only if they are one.

    Attributes:
        cohorts, claims, minutes, end: the town's tables and the first month that is not over.
        counts: the cohorts once more: services × months × case types (as delivered) × channels.
        timed, timed_error: the minutes once more, services × case types × channels, and their standard errors.
        measures: which measure stands where.
        saved: minutes each measure saved on the decided cases, measures × months; of the first of a pair what it would
            have saved alone, of the second what it saved beyond that, so that both add up to what both saved.
        saved_each: the same, but with only this one measure switched off; for pairs they need not add up.
    """

    habits: Habits
    cohorts: pl.DataFrame
    claims: pl.DataFrame
    minutes: pl.DataFrame
    end: dt.date
    counts: Ints
    timed: Floats
    timed_error: Floats
    measures: Measures
    saved: Floats
    saved_each: Floats


def twin_town(seed: int, habits: Habits | None = None) -> Town:
    """Let a town live, and once more without each of its measures."""
    habits = habits or Habits()
    rng = np.random.default_rng(seed)
    measures = _measures(habits, rng)
    services = habits.measures - habits.pairs + habits.untreated
    level = _levels(habits, services, rng)
    inclined = rng.normal(0, 0.3, (services, habits.types)) + habits.easy_types_first * np.arange(habits.types)
    inclined -= inclined.mean(1, keepdims=True)
    people = _people(habits, services, rng)

    everyone = np.ones(len(measures), bool)
    first = _is_first(measures)
    online = _online(people, level, inclined, measures, everyone)
    real = _minutes(people, online)
    without_any = _minutes(people, _online(people, level, inclined, measures, ~everyone))
    first_alone = _minutes(people, _online(people, level, inclined, measures, first))
    saved = np.where(
        first[:, None], (without_any - first_alone)[measures.service], (first_alone - real)[measures.service]
    )
    saved_each = np.where(
        first[:, None],
        (_minutes(people, _online(people, level, inclined, measures, ~first)) - real)[measures.service],
        (first_alone - real)[measures.service],
    )

    kinds = habits.types if habits.types_delivered else 1
    kind = people.kind if habits.types_delivered else np.zeros(len(people), np.int64)
    channel = np.where(online, 0, people.way + 1)
    shape = (services, habits.months, kinds, len(CHANNELS))
    counts, decided = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    np.add.at(counts, (people.service, people.month, kind, channel), 1)
    np.add.at(decided, (people.service, people.month, kind, channel), people.decided)
    timed, error, sampled = _timed(habits, people, kind, channel, measures, services, kinds, rng)
    names = [f"type {one}" for one in range(kinds)] if habits.types_delivered else ["unknown"]
    return Town(
        habits,
        cohorts(counts, decided, names),
        claims(measures.service, measures.live),
        processing_minutes(timed, error, sampled, names),
        month_of(habits.months),
        counts,
        timed,
        error,
        measures,
        saved,
        saved_each,
    )


def _measures(habits: Habits, rng: np.random.Generator) -> Measures:
    pairs = habits.pairs
    live = rng.integers(habits.first_live, habits.last_live + 1, habits.measures)
    effect = np.abs(rng.normal(habits.effect, 0.4, habits.measures))
    effect = np.where(rng.random(habits.measures) < habits.nothing_share, 0.0, effect)
    # The first `pairs` measures open a pair, the next ones close it.
    service = np.concatenate([np.arange(pairs), np.arange(habits.measures - pairs)])
    latest = max(habits.first_live, habits.months - FULL_YEAR - habits.pair_gap)
    live[:pairs] = rng.integers(habits.first_live, latest + 1, pairs)
    live[pairs : 2 * pairs] = live[:pairs] + habits.pair_gap
    if habits.undoing:
        effect[pairs : 2 * pairs] = -effect[:pairs] * rng.uniform(0.3, 0.7, pairs)
    return Measures(service, live, effect)


def _is_first(measures: Measures) -> Bools:
    return np.array(
        [
            measures.live[measures.service == measures.service[one]].min() == measures.live[one]
            for one in range(len(measures))
        ]
    )


def _levels(habits: Habits, services: int, rng: np.random.Generator) -> Floats:
    """Log odds of coming online without any measure, services × months."""
    months = np.arange(habits.months)
    run = months / habits.months
    tide = habits.tide / (1 + np.exp((rng.uniform(0.3, 0.7) - run) / 0.18))
    season = habits.season * np.sin(2 * np.pi * months / 12 + rng.uniform(0, 6))
    fresh = rng.normal(0, habits.shock, (services, habits.months))
    shocks = fresh.copy()
    for month in months[1:]:
        shocks[:, month] = (
            habits.persistence * shocks[:, month - 1] + np.sqrt(1 - habits.persistence**2) * fresh[:, month]
        )
    own = rng.normal(0, habits.own_slope, (services, 1)) * run
    return rng.normal(-1.4, 0.7, (services, 1)) + tide + season + own + shocks


def _people(habits: Habits, services: int, rng: np.random.Generator) -> People:
    months = np.arange(habits.months)
    year = 1 + 0.15 * np.sin(2 * np.pi * months / 12)
    run = months / habits.months
    size = habits.cases * np.exp(rng.normal(-0.18, 0.6, (services, 1)))
    mix = np.full((habits.months, habits.types), 1 / habits.types)
    if habits.types > 1:
        mix[:, 0] += habits.mix_drift * run
        mix[:, 1:] -= (habits.mix_drift * run / (habits.types - 1))[:, None]
    came = rng.poisson((size * year * (1 + habits.volume_change * run))[:, :, None] * mix)
    service, month, kind = np.unravel_index(np.repeat(np.arange(came.size), came.ravel()), came.shape)
    ways = np.cumsum(rng.dirichlet((6, 4, 3), services), 1)
    way = (rng.random(len(service))[:, None] > ways[service]).sum(1).clip(0, len(WORK) - 1)
    inclination = rng.random(len(service))
    letter = rng.uniform(20, 60, (services, 1)) * 0.7 ** np.arange(habits.types)
    part_online = rng.uniform(0.35, 0.75, services)
    own = np.exp(rng.normal(-(SPREAD**2) / 2, SPREAD, len(service)) + habits.easy_cases_first * (inclination - 0.5))
    work = letter[service, kind] * own
    late = month >= habits.months - 2
    decided = ~(late & (rng.random(len(service)) < habits.undecided))
    return People(service, month, kind, way, inclination, work * part_online[service], work * WORK[way], decided)


def _online(people: People, level: Floats, inclined: Floats, measures: Measures, on: Bools) -> Bools:
    """Who comes online while these measures are on."""
    raised = level.copy()
    months = np.arange(level.shape[1])
    for service, live, effect in zip(measures.service[on], measures.live[on], measures.effect[on], strict=True):
        since = np.maximum(months - live + 1, 0)
        raised[service] += effect * (1 - np.exp(-since / 2))
    odds = raised[people.service, people.month] + inclined[people.service, people.kind]
    return people.inclination < 1 / (1 + np.exp(-odds))


def _minutes(people: People, online: Bools) -> Floats:
    """Minutes of the decided cases, services × months."""
    shape = (people.service.max() + 1, people.month.max() + 1)
    found = np.zeros(shape)
    spent = np.where(online, people.minutes_online, people.minutes_offline) * people.decided
    np.add.at(found, (people.service, people.month), spent)
    return found


def _timed(
    habits: Habits,
    people: People,
    kind: Ints,
    channel: Ints,
    measures: Measures,
    services: int,
    kinds: int,
    rng: np.random.Generator,
) -> tuple[Floats, Floats, Ints]:
    """Time some cases of each cell in the year and a half before the service's first go-live."""
    live = np.full(services, habits.months)
    np.minimum.at(live, measures.service, measures.live)
    asked = live[people.service]
    took = np.where(channel == 0, people.minutes_online, people.minutes_offline)
    shape = (services, kinds, len(CHANNELS))
    cell = np.ravel_multi_index((people.service, kind, channel), shape)
    before = rng.permutation(np.flatnonzero((people.month < asked) & (people.month >= asked - 18)))
    before = before[np.argsort(cell[before], kind="stable")]
    begins = np.searchsorted(cell[before], np.arange(np.prod(shape) + 1))
    total = np.bincount(cell, took, np.prod(shape)) / np.maximum(np.bincount(cell, minlength=np.prod(shape)), 1)
    guess = np.where(total > 0, total, took.mean()) * np.exp(rng.normal(0, GUESS, np.prod(shape)))
    mean, error, sampled = guess.copy(), GUESS * guess, np.zeros(np.prod(shape), np.int64)
    for position, (begin, stop) in enumerate(pairwise(begins)):
        sample = took[before[begin : min(stop, begin + habits.timed)]]
        if len(sample) >= FEWEST_TIMED:
            sampled[position] = len(sample)
            mean[position] = sample.mean()
            error[position] = sample.std(ddof=1) / np.sqrt(len(sample))
    return mean.reshape(shape), error.reshape(shape), sampled.reshape(shape)
