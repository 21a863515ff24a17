"""Known faults on known days: which cases and rows are spoilt, and how. ``truth.json`` lists them all.

Rows the door must refuse are written in addition to the honest ones, so that refusing them loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sources.demo.town import catalogue as c
from sources.demo.town.arrays import Flags, Ints
from sources.demo.town.arrivals import Cases
from sources.demo.town.days import DAY_SECONDS, NEVER, Days
from sources.demo.town.lives import Lives
from sources.demo.town.services_offered import SERVICES

BACKDATED_MONTH: Final = 8
ADDENDUM_MONTH: Final = 19
STRANGE_CHANNEL_FROM: Final = 20
UNLISTED_FROM: Final = 22
DUPLICATES_MONTH: Final = 10
OVERLAP_MONTH: Final = 17
UNREADABLE_MONTH: Final = 12
IMPOSSIBLE_YEARS_MONTH: Final = 14
STRAY_PERSON_MONTH: Final = 21
CUT_SCAN_MONTH: Final = 23

UNREADABLE_TIMES: Final = (
    "31.02.2025 14:05",
    "demnächst",
    "2025-13-45 09:00",
    "14:05",
    "00.00.0000 00:00",
    "12.05.25 8 Uhr",
    "#WERT!",
)
IMPOSSIBLE_TIMES: Final = ("01.01.1900 00:00", "31.12.9999 23:59")


@dataclass(frozen=True)
class Register:
    """What the case system says about each case, faults included, as the door will land it.

    Attributes:
        service: index into ``SERVICES``, ``len(SERVICES)`` for the unlisted code.
        channel: index into ``CHANNELS``, unknown for a value nobody mapped.
        closed: wall-clock seconds of closing as written, ``NEVER`` while open at ``as_of``.
        addenda: wall-clock seconds of an event after closing, else ``NEVER``.
        backdated, strange, unlisted, appended: positions of the spoilt cases.
    """

    service: Ints
    channel: Ints
    closed: Ints
    addenda: Ints
    backdated: Ints
    strange: Ints
    unlisted: Ints
    appended: Ints


def register_kept(days: Days, cases: Cases, live: Lives, rng: np.random.Generator) -> Register:
    """Spoil some cases and write down how the case system shows them."""
    offline = ~cases.in_portal
    ended = live.decided < days.end_local
    closed = np.where(ended, live.decided, NEVER)
    backdated = _first(
        12,
        ended
        & offline
        & (cases.month >= BACKDATED_MONTH)
        & _exact(cases)
        & (live.decided - cases.received > DAY_SECONDS),
    )
    closed[backdated] = cases.received[backdated] - 3600 * rng.integers(1, 7, len(backdated))
    late_end = ended & (days.month_of[np.minimum(days.day_of(live.decided), days.count - 1)] >= ADDENDUM_MONTH)
    appended = _first(
        9, late_end & _exact(cases) & (live.decided + 30 * DAY_SECONDS < days.end_local) & ~_marked(backdated, cases)
    )
    addenda = np.full(len(cases), NEVER)
    addenda[appended] = (
        days.seconds(days.plus_open(days.day_of(live.decided[appended]), np.arange(len(appended)) % 9 + 2)) + 36_000
    )
    strange = _first(8, offline & _of(cases, "fundsachen") & (cases.month >= STRANGE_CHANNEL_FROM))
    unlisted = _first(10, offline & _of(cases, "sondernutzung") & (cases.month >= UNLISTED_FROM))
    service, channel = cases.service.copy(), cases.channel.copy()
    service[unlisted] = len(SERVICES)
    channel[strange] = c.UNKNOWN_CHANNEL
    return Register(service, channel, closed, addenda, backdated, strange, unlisted, appended)


def _first(count: int, flags: Flags) -> Ints:
    return np.flatnonzero(flags)[:count].astype(np.int64)


def _of(cases: Cases, code: str) -> Flags:
    return cases.service == [s.code for s in SERVICES].index(code)


def _exact(cases: Cases) -> Flags:
    return np.array([s.office != c.DAY_ONLY_OFFICE for s in SERVICES])[cases.service]


def _marked(positions: Ints, cases: Cases) -> Flags:
    marks = np.zeros(len(cases), dtype=np.bool_)
    marks[positions] = True
    return marks
