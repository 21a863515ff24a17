"""When and on which channel the applications come in: the cases of the invented town as arrays.

Cases are ordered by the instant of receipt; a case's position is its identity in all other modules.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np

from sources.demo.town.adoption import Adoption
from sources.demo.town.applicants import (
    EASY_FIRST,
    Applicants,
    applicants,
    expected_applicants,
    month_cells,
    running_total,
    ways_taken,
)
from sources.demo.town.arrays import Flags, Floats, Ints
from sources.demo.town.catalogue import COUNTER, EMAIL, FAX, INTERNAL, ONLINE, PHONE, POST
from sources.demo.town.days import DAY_SECONDS, Days, out_of_odd_hours

NO_CASE: Final = -1
"""Where a record names no case."""

UNKNOWN_CASE: Final = -2
"""Where a record names a case by a number that neither case system nor portal knows."""

_ONLINE_WEEK: Final = np.array([1.15, 1.10, 1.05, 1.0, 0.9, 0.8, 1.0])
_OFFICE_WEEK: Final = np.array([1.25, 1.10, 0.80, 1.15, 0.70, 0.0, 0.0])
_ONLINE_HOURS: Final = np.array(
    [1, 0.6, 0.3, 0.2, 0.3, 0.6, 1.5, 3, 5, 6, 6, 5.5, 5, 5, 4.8, 4.8, 5, 5.5, 6.5, 7.5, 8, 6.5, 4, 2]
)
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
        people: who applied.
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
    people: Applicants

    def __len__(self) -> int:
        return len(self.service)

    @property
    def in_portal(self) -> Flags:
        """Whether the portal knows the case."""
        return (self.channel == ONLINE) | self.is_assisted


def cases_received(
    days: Days, latent: Adoption, scale: float, rng: np.random.Generator, easy_first: float = EASY_FIRST
) -> Cases:
    """Draw all cases of the window; ``scale`` 1 is about 50,000 a year.

    As many numbers are drawn whatever the latent probabilities are: who comes does not depend on them.
    """
    expected = expected_applicants(days, rng) * scale
    people = applicants(days, expected, easy_first, rng)
    channel, assisted = ways_taken(people, latent)
    day, is_received = _days_of_receipt(days, people, expected, channel == ONLINE)
    received = days.seconds(day) + _second_of_day(channel, days.weekday_of[day], rng)
    received, second = _into_october_night(days, out_of_odd_hours(received), channel, rng)
    order = np.lexsort((people.case_type, channel, people.service, received + 3600 * second))
    order = order[is_received[order]]
    return _numbered(days, people.at(order), channel[order], assisted[order], received[order], second[order])


def _days_of_receipt(days: Days, people: Applicants, expected: Floats, online: Flags) -> tuple[Ints, Flags]:
    """The day each case is received on, and whether its month has such a day up to ``as_of``.

    An application goes through in the order of its month, online on any day, otherwise while the town hall works.
    """
    day, is_received = people.day.copy(), np.ones(len(people), dtype=np.bool_)
    inside = slice(0, days.count)
    for mine, week, is_open in (
        (online, _ONLINE_WEEK, np.ones(days.count)),
        (~online, _OFFICE_WEEK, days.is_open[inside]),
    ):
        through = running_total(expected * week[days.weekday_of[inside]] * is_open)
        first, after = month_cells(days, people.service[mine], people.month[mine])
        reached = through[first] + people.place[mine] * (through[after] - through[first])
        last = np.searchsorted(through[1:], through[after], side="left")
        cell = np.minimum(np.searchsorted(through[1:], reached, side="right"), last)
        day[mine] = cell % days.count
        is_received[mine] = through[after] > through[first]
    return day, is_received


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
    chosen = near[np.argsort(rng.random(len(channel))[near])[:6]]
    received = received.copy()
    received[chosen] = midnight + 7200 + rng.integers(0, 3600, 6)[: len(chosen)]
    second = np.zeros(len(received), dtype=np.bool_)
    second[chosen[1::2]] = True
    return received, second


def _numbered(days: Days, people: Applicants, channel: Ints, assisted: Flags, received: Ints, second: Flags) -> Cases:
    day = days.day_of(received)
    month = days.month_of[day]
    year = np.array([first.year for first in days.months], dtype=np.int64)[month]
    starts = np.searchsorted(year, year, side="left")
    number = np.arange(len(people), dtype=np.int64) - starts + 1
    return Cases(
        people.service, people.case_type, channel, assisted, received, second, day, month, year, number, people
    )
