"""The true minutes of work per case, by service, case type, channel and day. Nobody in the town knows them.

What the town knows is what it timed: ``time_study``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from sources.demo.town.applicants import OFFLINE_CHANNELS
from sources.demo.town.arrays import Floats, Ints
from sources.demo.town.catalogue import CHANNELS, COUNTER, ONLINE, UNKNOWN_CHANNEL
from sources.demo.town.days import Days, add_months
from sources.demo.town.plan import PlannedMeasure, live_measures
from sources.demo.town.services_offered import SERVICE_CODES, SERVICES, OfferedService

_BY_CHANNEL: Final = {"email": 0.95, "post": 1.0, "counter": 0.92, "phone": 1.12, "fax": 1.03, "internal": 0.7}
_BY_TYPE: Final = (1.0, 0.72, 0.55)
_DRIFTED: Final = {"einbuergerung": (18, 1.12), "gewerbeanmeldung": (23, 1.06)}
"""Services whose work changed by itself: month and factor."""

KNOWN_CHANNELS: Final = CHANNELS[:UNKNOWN_CHANNEL]


@dataclass(frozen=True)
class Change:
    """From a day on the work of a service on a channel (or ``all``) is another, by a measure or by itself."""

    service: str
    channel: str
    day: dt.date
    factor: float
    by: PlannedMeasure | None


def changes(days: Days, without: Set[str] = frozenset()) -> list[Change]:
    """What changed the minutes, in order of the days."""
    found = [Change(code, "all", days.on(month, 1), factor, None) for code, (month, factor) in _DRIFTED.items()]
    for measure in live_measures(without):
        live = measure.went_live_on(days)
        assert live is not None
        found += [Change(code, way, live, factor, measure) for (code, way), factor in measure.minutes.items()]
    return sorted(found, key=lambda change: change.day)


def changes_of(cell: tuple[int, int, int], all_changes: list[Change]) -> list[Change]:
    """What changed the minutes of one kind of case, each day's changes as one."""
    code, channel = SERVICE_CODES[cell[0]], CHANNELS[cell[2]]
    by_day: dict[dt.date, Change] = {}
    for change in all_changes:
        if change.service == code and change.channel in (channel, "all"):
            earlier = by_day.get(change.day)
            by_day[change.day] = replace(change, factor=change.factor * (earlier.factor if earlier else 1.0))
    return list(by_day.values())


def cells() -> Iterator[tuple[int, int, int]]:
    """Service, case type and channel of every kind of case that takes work anybody knows of."""
    for position, service in enumerate(SERVICES):
        ways = [way for way, share in zip(OFFLINE_CHANNELS.tolist(), service.offline, strict=True) if share > 0]
        if service.online_since is not None:
            ways += [ONLINE, COUNTER]
        if service.minutes is not None:
            yield from ((position, kind, way) for kind in range(len(service.types)) for way in sorted(set(ways)))


def _first_minutes(service: OfferedService) -> list[list[float]]:
    usual = float("nan") if service.minutes is None else service.minutes
    by_channel = (service.relief if channel == "online" else _BY_CHANNEL[channel] for channel in KNOWN_CHANNELS)
    factors = list(by_channel)
    return [[usual * of_type * factor for factor in factors] for of_type in _BY_TYPE]


FIRST_MINUTES: Final = np.array([_first_minutes(service) for service in SERVICES])
"""By service, case type and channel: mean minutes before anything changed, not a number where nobody knows of any."""


class TrueMinutes:
    """Mean minutes of a case of its kind on its day, in the town as it is or without some measures."""

    def __init__(self, days: Days, without: Set[str] = frozenset()) -> None:
        self._factor = np.ones((len(SERVICES), len(KNOWN_CHANNELS), days.count))
        for change in changes(days, without):
            ways = slice(None) if change.channel == "all" else KNOWN_CHANNELS.index(change.channel)
            self._factor[SERVICE_CODES.index(change.service), ways, days.index(change.day) :] *= change.factor

    def of(self, service: Ints, case_type: Ints, channel: Ints, day: Ints) -> Floats:
        """One value for each case."""
        return FIRST_MINUTES[service, case_type, channel] * self._factor[service, channel, day]


def dated_minutes(days: Days) -> list[dict[str, str | float]]:
    """The true mean minutes of each kind of case, from each day on which they changed."""
    rows: list[dict[str, str | float]] = []
    all_changes = changes(days)
    for service, kind, way in cells():
        types = SERVICES[service].types
        row = {
            "service": SERVICES[service].code,
            "case_type": types[kind][0] if len(types) > 1 else "all",
            "channel": CHANNELS[way],
        }
        minutes = float(FIRST_MINUTES[service, kind, way])
        rows.append({**row, "minutes": round(minutes, 9), "valid_from": add_months(days.first, -12).isoformat()})
        for change in changes_of((service, kind, way), all_changes):
            minutes *= change.factor
            rows.append({**row, "minutes": round(minutes, 9), "valid_from": change.day.isoformat()})
    return rows
