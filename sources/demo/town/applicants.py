"""The people who apply: who needs what on which day, and the lots by which they choose their way.

No measure changes anything here: in a town with a measure and in the same town without it the same people come.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from statistics import NormalDist
from typing import Final, Self

import numpy as np

from sources.demo.town.adoption import Adoption
from sources.demo.town.arrays import Flags, Floats, Ints
from sources.demo.town.catalogue import COUNTER, EMAIL, FAX, INTERNAL, ONLINE, PHONE, POST
from sources.demo.town.days import Days
from sources.demo.town.services_offered import SEASONS, SERVICES

CASES_PER_YEAR_AT_SCALE_ONE: Final = 50_000
OFFLINE_CHANNELS: Final = np.array([EMAIL, POST, COUNTER, PHONE, FAX, INTERNAL])
OFFLINE_SHARES: Final = np.array([service.offline for service in SERVICES])

EASY_FIRST: Final = 0.08
"""How closely an easy case and an early way online belong together: the first fifth online is 5 % less work."""

EFFORT_VARIATION: Final = 0.5
_SIGMA: Final = math.sqrt(math.log(1 + EFFORT_VARIATION**2))


@dataclass(frozen=True)
class Applicants:
    """One array position per person.

    Attributes:
        service: index into ``SERVICES``; case_type: index into the service's types.
        day: day index on which the need arises; month: the month in which the case is received.
        place: where in its month the need arises, 0 to 1, by the number of people before.
        online_lot: below the latent probability the person goes online; help_lot: whether with help.
        channel_lot: which way the person takes who does not go online.
        effort: the work of the case as a share of its like, whatever its way; 1 on average.
    """

    service: Ints
    case_type: Ints
    day: Ints
    month: Ints
    place: Floats
    online_lot: Floats
    help_lot: Floats
    channel_lot: Floats
    effort: Floats

    def __len__(self) -> int:
        return len(self.service)

    def at(self, positions: Ints) -> Self:
        """The people at some positions, in their order."""
        return type(self)(*(getattr(self, field.name)[positions] for field in fields(self)))


def applicants(days: Days, expected: Floats, easy_first: float, rng: np.random.Generator) -> Applicants:
    """Draw everybody whose need arises in the window; ``expected`` people per service and day."""
    counts = rng.poisson(expected).ravel()
    cell = np.repeat(np.arange(counts.size, dtype=np.int64), counts)
    service, day = cell // days.count, cell % days.count
    lots = rng.random((4, len(cell)))
    ease = rng.standard_normal(len(cell))
    before = running_total(expected)
    first, after = month_cells(days, service, days.month_of[day])
    arisen = before[cell] + lots[0] * expected.ravel()[cell]
    return Applicants(
        service=service,
        case_type=_case_types(service, day, lots[1]),
        day=day,
        month=days.month_of[day],
        place=(arisen - before[first]) / (before[after] - before[first]),
        online_lot=_share_below(_like(ease, easy_first, rng)),
        help_lot=lots[2],
        channel_lot=lots[3],
        effort=_effort(ease),
    )


def effort_of(online_lot: Floats, easy_first: float, rng: np.random.Generator) -> Floats:
    """The efforts of people whose lots for going online are known."""
    return _effort(_like(_normal_score(online_lot), easy_first, rng))


def ways_taken(people: Applicants, latent: Adoption) -> tuple[Ints, Flags]:
    """Everybody's channel, and whether they were helped to fill in the form online (which is the counter)."""
    at = (people.service, people.day)
    digital = (latent.online + latent.assisted)[at]
    goes = people.online_lot < digital
    helped = goes & (people.help_lot * digital < latent.assisted[at])
    limits = np.cumsum(OFFLINE_SHARES / OFFLINE_SHARES.sum(axis=1, keepdims=True), axis=1)[:, :-1]
    offline = OFFLINE_CHANNELS[(people.channel_lot[:, None] > limits[people.service]).sum(axis=1)]
    return np.where(goes, np.where(helped, COUNTER, ONLINE), offline), helped


def expected_applicants(days: Days, rng: np.random.Generator) -> Floats:
    """Expected people per service and day at scale 1: season, growth, noise of months and weeks."""
    position = np.arange(days.count)
    calendar_month = np.array([month.month - 1 for month in days.months])[days.month_of[: days.count]]
    season = np.stack([np.array(SEASONS[service.season])[calendar_month] for service in SERVICES])
    growth = np.stack([(1 + service.growth) ** (position / 365.25) for service in SERVICES])
    monthly = np.exp(rng.normal(0, 0.055, (len(SERVICES), len(days.months))))[:, days.month_of[: days.count]]
    weekly = np.exp(rng.normal(0, 0.05, (1, days.count // 7 + 1)))[:, position // 7]
    yearly = np.array([service.yearly for service in SERVICES], dtype=float)
    yearly *= CASES_PER_YEAR_AT_SCALE_ONE / yearly.sum()
    return yearly[:, None] / 365.25 * season * growth * monthly * weekly


def running_total(flow: Floats) -> Floats:
    """Of a flow per service and day, row after row: the sum before each cell, and before the end."""
    return np.concatenate([[0.0], np.cumsum(flow)])


def month_cells(days: Days, service: Ints, month: Ints) -> tuple[Ints, Ints]:
    """The cell of a service and a month's first day, and that after its last day in the window."""
    starts = np.searchsorted(days.month_of[: days.count], np.arange(len(days.months) + 1)).astype(np.int64)
    row = service * days.count
    return row + starts[month], row + starts[month + 1]


def _case_types(service: Ints, day: Ints, lot: Floats) -> Ints:
    """The first type loses ``drift`` a year to the last one."""
    shares = np.zeros((len(SERVICES), 3))
    for index, offered in enumerate(SERVICES):
        shares[index, : len(offered.types)] = [share for _, share in offered.types]
    drift = np.array([offered.drift for offered in SERVICES])
    limits = np.cumsum(shares, axis=1)[:, :2]
    moved = (drift[service] * day / 365.25)[:, None]
    kinds = np.array([len(offered.types) for offered in SERVICES])
    return np.minimum((lot[:, None] > limits[service] - moved).sum(axis=1), kinds[service] - 1)


def _like(score: Floats, closeness: float, rng: np.random.Generator) -> Floats:
    """Normal scores that go with the given ones as closely as told."""
    return closeness * score + math.sqrt(1 - closeness**2) * rng.standard_normal(len(score))


def _effort(score: Floats) -> Floats:
    return np.exp(_SIGMA * score - _SIGMA**2 / 2)


def _share_below(score: Floats) -> Floats:
    """The share of a normal distribution below each score."""
    return 0.5 + 0.5 * np.fromiter(map(math.erf, score / math.sqrt(2)), dtype=np.float64, count=len(score))


def _normal_score(share: Floats) -> Floats:
    """The score below which the share of a normal distribution lies."""
    return np.fromiter(map(NormalDist().inv_cdf, share), dtype=np.float64, count=len(share))
