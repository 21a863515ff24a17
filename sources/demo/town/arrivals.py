"""Who applies, for what, when, and on which channel: the cases of the invented town as arrays.

Cases are ordered by the instant of receipt; a case's position is its identity in all other modules.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np

from sources.demo.town.adoption import Adoption
from sources.demo.town.arrays import Flags, Floats, Ints
from sources.demo.town.catalogue import COUNTER, EMAIL, FAX, INTERNAL, ONLINE, PHONE, POST
from sources.demo.town.days import DAY_SECONDS, Days, out_of_odd_hours
from sources.demo.town.services_offered import SEASONS, SERVICES

CASES_PER_YEAR_AT_SCALE_ONE: Final = 50_000
NO_CASE: Final = -1
"""Where a record names no case."""

UNKNOWN_CASE: Final = -2
"""Where a record names a case by a number that neither case system nor portal knows."""

_ONLINE_WEEK: Final = np.array([1.15, 1.10, 1.05, 1.0, 0.9, 0.8, 1.0])
_OFFICE_WEEK: Final = np.array([1.25, 1.10, 0.80, 1.15, 0.70, 0.0, 0.0])
_ONLINE_HOURS: Final = np.array(
    [1, 0.6, 0.3, 0.2, 0.3, 0.6, 1.5, 3, 5, 6, 6, 5.5, 5, 5, 4.8, 4.8, 5, 5.5, 6.5, 7.5, 8, 6.5, 4, 2]
)
OFFLINE_CHANNELS: Final = np.array([EMAIL, POST, COUNTER, PHONE, FAX, INTERNAL])
_HOURS: Final = {
    EMAIL: (7.0, 19.0),
    POST: (7.5, 10.0),
    COUNTER: (8.0, 15.5),
    PHONE: (8.0, 15.0),
    FAX: (8.0, 17.0),
    INTERNAL: (8.0, 15.0),
}


@dataclass(frozen=True)
class Cases:
    """The cases received up to ``as_of``, in order of receipt; one array position per case.

    Attributes:
        service: index into ``SERVICES``; case_type: index into the service's types.
        channel: index into ``CHANNELS``; is_assisted: filled in online with help, which is no online case.
        received: wall-clock seconds; is_second_hour: received in the second run of October's doubled hour.
        day, month: day and month index of receipt.
        year, number: what the case number is made of.
    """

    service: Ints
    case_type: Ints
    channel: Ints
    is_assisted: Flags
    received: Ints
    is_second_hour: Flags
    day: Ints
    month: Ints
    year: Ints
    number: Ints

    def __len__(self) -> int:
        return len(self.service)

    @property
    def in_portal(self) -> Flags:
        """Whether the portal knows the case."""
        return (self.channel == ONLINE) | self.is_assisted


def cases_received(days: Days, latent: Adoption, scale: float, rng: np.random.Generator) -> Cases:
    """Draw all cases of the window; ``scale`` 1 is about 50,000 a year."""
    base = _expected(days, rng) * scale
    online_days, office_days = _weekday_weights(days)
    drawn = (
        rng.poisson(base * latent.online * online_days),
        rng.poisson(base * latent.assisted * office_days),
        rng.poisson(base * (1 - latent.online - latent.assisted) * office_days),
    )
    service, day, way = (
        np.concatenate(part) for part in zip(*(_unfold(counts, kind) for kind, counts in enumerate(drawn)), strict=True)
    )
    channel = np.where(way == 0, ONLINE, np.where(way == 1, COUNTER, _offline_channel(service, rng)))
    case_type = _case_types(service, day, rng)
    received = days.seconds(day) + _second_of_day(channel, days.weekday_of[day], rng)
    received, second = _into_october_night(days, out_of_odd_hours(received), channel, rng)
    order = np.lexsort((case_type, channel, service, received + 3600 * second))
    return _numbered(
        days, service[order], case_type[order], channel[order], (way == 1)[order], received[order], second[order]
    )


def _expected(days: Days, rng: np.random.Generator) -> Floats:
    """Expected cases per service and day at scale 1: season, growth, noise of months and weeks."""
    position = np.arange(days.count)
    calendar_month = np.array([month.month - 1 for month in days.months])[days.month_of[: days.count]]
    season = np.stack([np.array(SEASONS[service.season])[calendar_month] for service in SERVICES])
    growth = np.stack([(1 + service.growth) ** (position / 365.25) for service in SERVICES])
    monthly = np.exp(rng.normal(0, 0.055, (len(SERVICES), len(days.months))))[:, days.month_of[: days.count]]
    weekly = np.exp(rng.normal(0, 0.05, (1, days.count // 7 + 1)))[:, position // 7]
    yearly = np.array([service.yearly for service in SERVICES], dtype=float)
    yearly *= CASES_PER_YEAR_AT_SCALE_ONE / yearly.sum()
    return yearly[:, None] / 365.25 * season * growth * monthly * weekly


def _weekday_weights(days: Days) -> tuple[Floats, Floats]:
    """Weights of days for online and office applications; each month's weights sum to its days."""
    inside = slice(0, days.count)
    month = days.month_of[inside]
    weights: list[Floats] = []
    for week, is_open in ((_ONLINE_WEEK, np.ones(days.count)), (_OFFICE_WEEK, days.is_open[inside])):
        raw = week[days.weekday_of[inside]] * is_open
        total = np.maximum(np.bincount(month, raw), 1e-9)
        length = np.bincount(month)
        weights.append(raw * np.minimum(length / total, 3.0)[month])
    return weights[0], weights[1]


def _unfold(counts: Ints, way: int) -> tuple[Ints, Ints, Ints]:
    flat = counts.ravel()
    cell = np.repeat(np.arange(flat.size, dtype=np.int64), flat)
    return cell // counts.shape[1], cell % counts.shape[1], np.full(cell.size, way, dtype=np.int64)


def _offline_channel(service: Ints, rng: np.random.Generator) -> Ints:
    shares = np.array([service.offline for service in SERVICES])
    limits = np.cumsum(shares / shares.sum(axis=1, keepdims=True), axis=1)[:, :-1]
    draw = rng.random(len(service))
    return OFFLINE_CHANNELS[(draw[:, None] > limits[service]).sum(axis=1)]


def _case_types(service: Ints, day: Ints, rng: np.random.Generator) -> Ints:
    """The first type loses ``drift`` a year to the last one."""
    shares = np.zeros((len(SERVICES), 3))
    for index, offered in enumerate(SERVICES):
        shares[index, : len(offered.types)] = [share for _, share in offered.types]
    drift = np.array([offered.drift for offered in SERVICES])
    limits = np.cumsum(shares, axis=1)[:, :2]
    moved = (drift[service] * day / 365.25)[:, None]
    draw = rng.random(len(service))
    kinds = np.array([len(offered.types) for offered in SERVICES])
    return np.minimum((draw[:, None] > limits[service] - moved).sum(axis=1), kinds[service] - 1)


def _second_of_day(channel: Ints, weekday: Ints, rng: np.random.Generator) -> Ints:
    hours = rng.choice(24, len(channel), p=_ONLINE_HOURS / _ONLINE_HOURS.sum())
    online = hours * 3600 + rng.integers(0, 3600, len(channel))
    bounds = np.zeros((8, 2))
    for way, hours_open in _HOURS.items():
        bounds[way] = hours_open
    opens, closes = bounds[channel].T
    closes = np.where((weekday == 4) & (channel == COUNTER), 12.5, closes)
    office = ((opens + (closes - opens) * rng.beta(1.4, 1.8, len(channel))) * 3600).astype(np.int64)
    return np.where(channel == ONLINE, online, np.minimum(office, DAY_SECONDS - 1))


def october_night(days: Days) -> dt.date:
    """The last Sunday of October in the second year of the window: its 02:00 hour comes twice."""
    month = next(month for month in days.months[8:] if month.month == 10)
    last = month.replace(day=31)
    return last - dt.timedelta(days=(last.weekday() + 1) % 7)


def _into_october_night(days: Days, received: Ints, channel: Ints, rng: np.random.Generator) -> tuple[Ints, Flags]:
    """Moves up to six online applications of the weeks around into the doubled hour."""
    midnight = int(days.seconds(np.array([days.index(october_night(days))]))[0])
    near = np.flatnonzero((channel == ONLINE) & (np.abs(received - midnight) < 45 * DAY_SECONDS))
    chosen = rng.permutation(near)[:6]
    received = received.copy()
    received[chosen] = midnight + 7200 + rng.integers(0, 3600, len(chosen))
    second = np.zeros(len(received), dtype=np.bool_)
    second[chosen[1::2]] = True
    return received, second


def _numbered(
    days: Days, service: Ints, case_type: Ints, channel: Ints, assisted: Flags, received: Ints, second: Flags
) -> Cases:
    day = days.day_of(received)
    month = days.month_of[day]
    year = np.array([first.year for first in days.months], dtype=np.int64)[month]
    starts = np.searchsorted(year, year, side="left")
    number = np.arange(len(service), dtype=np.int64) - starts + 1
    return Cases(service, case_type, channel, assisted, received, second, day, month, year, number)
