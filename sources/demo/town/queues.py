"""Waiting for a clerk: one first-come queue per service, served at the pace of the office.

When the pace is too slow a backlog grows by itself; nothing here draws a lead time from a curve.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sources.demo.town.arrays import Flags, Floats, Ints
from sources.demo.town.days import Days
from sources.demo.town.plan import CAPACITY_EVENTS, live_measures
from sources.demo.town.services_offered import SERVICES

FAR: Final = 700
_SUMMER_AND_CHRISTMAS: Final = {7: 0.90, 8: 0.88, 12: 0.90}


def taken_up_on(days: Days, service: Ints, ready: Ints, queues: Flags, rng: np.random.Generator) -> Ints:
    """The day index on which each queued case is taken up.

    Each is ready from a day on; one that does not queue at all is taken up on it. ``days.count + FAR`` stands for a
    case that is not reached before the window ends.
    """
    taken = ready.copy()
    moods = np.exp(rng.normal(0, 0.12, (len(SERVICES), days.count)))
    jumps = rng.exponential(1.3, len(service))
    for index in range(len(SERVICES)):
        mine = np.flatnonzero(queues & (service == index))
        if len(mine):
            place = ready[mine] + jumps[mine]
            order = np.argsort(place, kind="stable")
            taken[mine[order]] = _served(days, index, place[order], moods[index])
    return np.maximum(taken, ready)


def _served(days: Days, index: int, place: Floats, mood: Floats) -> Ints:
    """Days on which the queue, sorted by place, is worked off (a reflected cumulative process)."""
    inside = np.minimum(place.astype(np.int64), days.count - 1)
    arrived = np.bincount(inside[place < days.count], minlength=days.count).astype(float)
    pace = np.cumsum(_pace(days, index, arrived) * mood)
    done = pace + np.minimum(np.minimum.accumulate(np.cumsum(arrived) - pace), 0)
    day = np.searchsorted(done + 1e-9, np.arange(1, len(place) + 1) - 0.5)
    return np.where(day >= days.count, days.count + FAR, day).astype(np.int64)


def _pace(days: Days, index: int, arrived: Floats) -> Floats:
    """Cases the office can take up per day: half a year-long habit, half what came in lately."""
    service = SERVICES[index]
    position = np.arange(days.count)
    usual = 0.5 * _around(arrived, 365) + 0.5 * _around(arrived, 75)
    lagging_growth = (1 + service.growth) ** (-0.55 * position / 365.25)
    is_open = days.is_open[: days.count].astype(float)
    holidays = np.array([_SUMMER_AND_CHRISTMAS.get(month.month, 1.02) for month in days.months])[
        days.month_of[: days.count]
    ]
    return usual * service.slack * lagging_growth * holidays * _events(days, index) * is_open / is_open.mean()


def _around(values: Floats, width: int) -> Floats:
    """Centred moving mean, shortened at the edges."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    position = np.arange(len(values))
    low, high = np.maximum(position - width // 2, 0), np.minimum(position + width // 2 + 1, len(values))
    return (total[high] - total[low]) / (high - low)


def _events(days: Days, index: int) -> Floats:
    """Vacancies and new laws slow the office; some measures speed it up from the month after go-live."""
    code = SERVICES[index].code
    month = days.month_of[: days.count]
    factor = np.ones(days.count)
    for service_code, first, after, slowdown in CAPACITY_EVENTS:
        if service_code == code:
            factor[(month >= first) & (month < after)] *= slowdown
    for measure in live_measures():
        if code in measure.capacity and measure.live is not None:
            factor[month > measure.live[0]] *= measure.capacity[code]
    return factor
