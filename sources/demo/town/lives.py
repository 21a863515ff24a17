"""The life of each case: which paths it takes and when each thing happens, as arrays of instants.

Instants are wall-clock seconds; ``NEVER`` says that it does not happen to this case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sources.demo.town.adoption import Adoption
from sources.demo.town.arrays import Flags, Floats, Ints
from sources.demo.town.arrivals import Cases
from sources.demo.town.catalogue import COUNTER, FAX, ONLINE, POST
from sources.demo.town.days import DAY_SECONDS, NEVER, Days, out_of_odd_hours
from sources.demo.town.queues import taken_up_on
from sources.demo.town.services_offered import SERVICES

_HANDED_OUT_ALWAYS: Final = ("personalausweis", "fundsachen")
_MORNING: Final = 7 * 3600 + 2700
_LATE: Final = 17 * 3600 + 1800


@dataclass(frozen=True)
class Lives:
    """Per case: the paths taken (flags) and when (wall-clock seconds, ``NEVER`` when not).

    ``asked`` and ``answered`` hold two rounds each (shape 2 × cases), ``reviewed`` and ``cosigned`` two goes.
    """

    is_instant: Flags
    is_automatic: Flags
    is_efile: Flags
    is_digital_notice: Flags
    outcome: Ints
    is_handed_out: Flags
    scanned: Ints
    registered: Ints
    checked: Ints
    asked: Ints
    answered: Ints
    statement_asked: Ints
    statement_given: Ints
    reviewed: Ints
    cosigned: Ints
    interim: Ints
    decided: Ints


class _Clock:
    """Moves instants on in working days."""

    def __init__(self, days: Days, rng: np.random.Generator) -> None:
        self._days = days
        self._rng = rng

    def later(self, at: Ints, open_days: Ints) -> Ints:
        """The next step after ``at``: soon on the same day, or at some hour ``open_days`` working days on."""
        midnight = at // DAY_SECONDS * DAY_SECONDS
        day = np.minimum(self._days.day_of(at), len(self._days.is_open) - 1)
        is_working = self._days.is_open[day] & (at - midnight < _LATE)
        soon = np.maximum(at, midnight + _MORNING) + self._rng.integers(240, 2100, len(at))
        wait = np.where(self._days.is_open[day], np.maximum(open_days, 1), open_days)
        other = self._days.seconds(self._days.plus_open(day, wait)) + self._rng.integers(
            _MORNING, 15 * 3600 + 1800, len(at)
        )
        return np.where(is_working & (open_days == 0), soon, other)

    def days_drawn(self, mean: Floats) -> Ints:
        """Whole days, skewed, with the given mean."""
        return np.floor(self._rng.gamma(2.0, mean / 2) + self._rng.random(len(mean)) * 0.9).astype(np.int64)


@dataclass(frozen=True)
class _Paths:
    """Which ways each case goes, one flag per case; ``outcome`` indexes ``OUTCOMES``."""

    instant: Flags
    auto: Flags
    efile: Flags
    digital: Flags
    handed: Flags
    check: Flags
    outcome: Ints

    @property
    def is_short(self) -> Flags:
        """Decided at once, by a clerk at the desk or by the machine."""
        return self.instant | self.auto


def lives(days: Days, cases: Cases, latent: Adoption, rng: np.random.Generator) -> Lives:
    """Let all cases live."""
    clock = _Clock(days, rng)
    paths = _paths(cases, latent, rng)
    scanned, registered = _taken_in(cases, paths, clock, rng)
    at = checked = clock.later(registered, _waited(days, cases, paths, registered, rng))
    at, asked, answered = _clarified(cases, at, clock, rng)
    at, statement_asked, statement_given = _third_party(cases, at, clock)
    at, reviewed, cosigned = _reviewed(cases, at, clock, rng)
    decided = clock.later(at, clock.days_drawn(np.where(paths.handed, 2.0, 0.3)))
    decided = _short_ways(cases, paths, registered, decided, rng)
    interim = clock.later(cases.received, rng.integers(32, 45, len(cases)))
    is_slow = (decided - cases.received > 75 * DAY_SECONDS) & (rng.random(len(cases)) < 0.6)
    reviewed[0] = np.where(paths.instant, (registered + decided) // 2, np.where(paths.auto, NEVER, reviewed[0]))
    reviewed[1] = np.where(paths.is_short, NEVER, reviewed[1])
    return Lives(
        is_instant=paths.instant,
        is_automatic=paths.auto,
        is_efile=paths.efile,
        is_digital_notice=paths.digital,
        outcome=paths.outcome,
        is_handed_out=paths.handed,
        scanned=scanned,
        registered=registered,
        checked=np.where(paths.is_short | ~paths.check, NEVER, checked),
        asked=np.where(paths.is_short, NEVER, asked),
        answered=np.where(paths.is_short, NEVER, answered),
        statement_asked=np.where(paths.is_short, NEVER, statement_asked),
        statement_given=np.where(paths.is_short, NEVER, statement_given),
        reviewed=reviewed,
        cosigned=np.where(paths.is_short, NEVER, cosigned),
        interim=np.where(is_slow, interim, NEVER),
        decided=decided,
    )


def _waited(days: Days, cases: Cases, paths: _Paths, registered: Ints, rng: np.random.Generator) -> Ints:
    """Working days each case waits for a clerk."""
    ready = np.minimum(days.day_of(registered), days.count + 5)
    taken = taken_up_on(days, cases.service, ready, ~paths.is_short, rng)
    waited = days.open_rank[np.minimum(taken, len(days.open_rank) - 1)] - days.open_rank[ready]
    return np.maximum(waited, 0)


def _of_service(cases: Cases, values: list[float]) -> Floats:
    return np.array(values)[cases.service]


def _paths(cases: Cases, latent: Adoption, rng: np.random.Generator) -> _Paths:
    """Draw which ways each case goes."""
    draw = rng.random((8, len(cases)))
    online = cases.channel == ONLINE
    desk = (cases.channel == COUNTER) & ~cases.is_assisted
    at = (cases.service, cases.day)
    always = np.isin(cases.service, [i for i, s in enumerate(SERVICES) if s.code in _HANDED_OUT_ALWAYS])
    instant = desk & (draw[0] < _of_service(cases, [s.instant for s in SERVICES]))
    auto = online & (draw[1] < latent.auto[at])
    withdrawn = draw[2] < 0.018
    refused = draw[3] < _of_service(cases, [s.refuse for s in SERVICES])
    other = draw[3] > 0.993
    outcome = np.where(withdrawn, 2, np.where(refused, 1, np.where(other, 3, 0)))
    outcome = np.where(auto | instant, 0, outcome)
    handed = instant | (desk & (outcome == 0) & (always | (draw[6] < 0.3)))
    return _Paths(
        instant=instant,
        auto=auto,
        efile=auto | (draw[4] < latent.efile[at]),
        digital=online & (draw[5] < latent.digital_notice[at]),
        outcome=outcome,
        handed=handed,
        check=draw[7] < np.where(_of_service(cases, [s.asks for s in SERVICES]) > 0.15, 0.9, 0.15),
    )


def _taken_in(cases: Cases, paths: _Paths, clock: _Clock, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """When the paper is scanned and when the case is in the case system."""
    count = len(cases)
    paper = np.isin(cases.channel, (POST, FAX)) | ((cases.channel == COUNTER) & ~cases.is_assisted & ~paths.instant)
    day_only = np.array([service.office == "friedhof" for service in SERVICES])[cases.service]
    is_scanned = paper & paths.efile & ~day_only
    scanned = np.where(is_scanned, clock.later(cases.received, rng.poisson(0.5, count)), NEVER)
    by_hand = clock.later(
        np.where(is_scanned, scanned, cases.received), np.where(is_scanned, 0, rng.poisson(0.6, count))
    )
    by_machine = cases.received + rng.integers(75, 240, count)
    at_desk = cases.received + rng.integers(60, 420, count)
    online = (cases.channel == ONLINE) | cases.is_assisted
    registered = np.where(online & paths.efile, by_machine, np.where(paths.instant, at_desk, by_hand))
    return scanned, registered


def _clarified(cases: Cases, at: Ints, clock: _Clock, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Up to two rounds of asking for documents; the applicant takes longer by post."""
    online = cases.channel == ONLINE
    odds = _of_service(cases, [s.asks for s in SERVICES]) * np.where(online, 0.6, 1.0)
    asked, answered = np.full((2, len(cases)), NEVER), np.full((2, len(cases)), NEVER)
    goes = np.ones(len(cases), dtype=np.bool_)
    for turn in range(2):
        goes = goes & (rng.random(len(cases)) < odds)
        ask = clock.later(at, np.zeros(len(cases), dtype=np.int64))
        wait = clock.days_drawn(np.where(online, 5.0, 8.5)) + 1
        at_home = out_of_odd_hours(
            (ask // DAY_SECONDS + wait) * DAY_SECONDS + rng.integers(7 * 3600, 23 * 3600, len(cases))
        )
        answer = np.where(online, at_home, clock.later(ask, wait))
        asked[turn], answered[turn] = np.where(goes, ask, NEVER), np.where(goes, answer, NEVER)
        at = np.where(goes, answer, at)
        odds = np.full(len(cases), 0.2)
    return at, asked, answered


def _third_party(cases: Cases, at: Ints, clock: _Clock) -> tuple[Ints, Ints, Ints]:
    """Statements of others: agencies, specialists, the printer of identity cards."""
    odds = _of_service(cases, [s.statement for s in SERVICES])
    goes = (cases.number * 7919 % 1000) / 1000 < odds
    ask = clock.later(at, np.zeros(len(cases), dtype=np.int64))
    given = clock.later(ask, clock.days_drawn(np.full(len(cases), 9.0)) + 2)
    return np.where(goes, given, at), np.where(goes, ask, NEVER), np.where(goes, given, NEVER)


def _reviewed(cases: Cases, at: Ints, clock: _Clock, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """The review, the second signature, and now and then a second go of both."""
    cosigns = rng.random(len(cases)) < _of_service(cases, [s.cosign for s in SERVICES])
    again = cosigns & (rng.random(len(cases)) < 0.09)
    handling = _of_service(cases, [s.handling for s in SERVICES])
    reviewed, cosigned = np.full((2, len(cases)), NEVER), np.full((2, len(cases)), NEVER)
    goes = np.ones(len(cases), dtype=np.bool_)
    for turn, mean in ((0, handling), (1, np.full(len(cases), 1.5))):
        review = clock.later(at, clock.days_drawn(mean))
        sign = clock.later(review, clock.days_drawn(np.full(len(cases), 0.8)))
        reviewed[turn] = np.where(goes, review, NEVER)
        cosigned[turn] = np.where(goes & cosigns, sign, NEVER)
        at = np.where(goes, np.where(cosigns, sign, review), at)
        goes = again
    return at, reviewed, cosigned


def _short_ways(cases: Cases, paths: _Paths, registered: Ints, decided: Ints, rng: np.random.Generator) -> Ints:
    """Served while the citizen waits, or decided by the machine within minutes."""
    served = registered + rng.integers(400, 2_400, len(cases))
    machine = registered + rng.integers(60, 900, len(cases))
    return np.where(paths.instant, served, np.where(paths.auto, machine, decided))
