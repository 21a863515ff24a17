"""``truth.json``: what the generator knows of its town, counted from its own arrays before anything is written.

Tests compare the walk's figures with it. It shares no code and no formula with the models, and no step reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from sources.demo.folder.parameters_written import email_rule_changes_on
from sources.demo.systems.case_system import due_local, is_coarsened
from sources.demo.town import catalogue as c
from sources.demo.town.arrays import Flags, Ints
from sources.demo.town.arrivals import Cases
from sources.demo.town.days import DAY_SECONDS, NEVER, Days, to_utc
from sources.demo.town.faults import Register
from sources.demo.town.services_offered import SERVICE_CODES, SERVICES, UNLISTED_SERVICE
from sources.demo.town.steps import CaseSteps

Table: TypeAlias = dict[str, list[str] | list[list[object]]]
ALL: Final = "all"
CODES: Final = (*SERVICE_CODES, UNLISTED_SERVICE)


@dataclass(frozen=True)
class Landed:
    """The cases as they stand after the door: the day-only office's times at local midnight, else to the second.

    ``*_day`` are day indices (huge while open), ``lead`` is in seconds and -1 when open or contradictory; a time at
    midnight is a day without a clock.
    """

    service: Ints
    channel: Ints
    received_day: Ints
    closed_day: Ints
    lead: Ints
    has_due: Flags
    is_on_time: Flags
    closed_utc: Ints
    is_closed_by_day: Flags

    @property
    def is_closed(self) -> Flags:
        """Whether the case is closed at ``as_of``."""
        return self.closed_utc < NEVER


def landed(days: Days, cases: Cases, register: Register) -> Landed:
    """Coarsen and measure the cases the way the sources will say it."""
    day_only = np.array([s.office == c.DAY_ONLY_OFFICE for s in SERVICES])[cases.service]
    due = due_local(days, cases)

    def exact(local: Ints) -> Ints:
        shown = np.where(day_only & (local < NEVER), local // DAY_SECONDS * DAY_SECONDS, local)
        return to_utc(shown, cases.is_second_hour & ~day_only)

    received, closed, due_utc = exact(cases.received), exact(register.closed), exact(due)
    closed_day = np.where(closed < NEVER, days.day_of(register.closed), 2**40)
    by_day = day_only | (cases.received % DAY_SECONDS == 0) | (register.closed % DAY_SECONDS == 0)
    lead = np.where(by_day, (closed_day - cases.day) * DAY_SECONDS, closed - received)
    is_valid = (closed < NEVER) & (lead >= 0)
    return Landed(
        service=register.service,
        channel=register.channel,
        received_day=cases.day,
        closed_day=closed_day,
        lead=np.where(is_valid, lead, -1),
        has_due=due < NEVER,
        is_on_time=(closed < NEVER) & (due < NEVER) & (closed <= due_utc),
        closed_utc=closed,
        is_closed_by_day=day_only | (register.closed % DAY_SECONDS == 0),
    )


def throughput(days: Days, cases: Landed) -> Table:
    """Month × service × channel with all totals: received, closed, open at the end of the month (or at ``as_of``)."""
    closed = cases.is_closed
    received = _counted(days, cases, cases.received_day, np.ones(len(closed), dtype=np.bool_))
    done = _counted(days, cases, cases.closed_day, closed)
    still_open = np.cumsum(received - done, axis=0)
    months = [month.isoformat() for month in days.months]
    rows: list[list[object]] = [
        [
            months[m],
            (*CODES, ALL)[s],
            (*c.CHANNELS, ALL)[w],
            int(received[m, s, w]),
            int(done[m, s, w]),
            int(still_open[m, s, w]),
        ]
        for m, s, w in np.argwhere((received > 0) | (done > 0) | (still_open > 0)).tolist()
    ]
    return {"columns": ["month", "service_code", "intake_channel", "received", "closed", "open_at_end"], "rows": rows}


def _counted(days: Days, cases: Landed, day: Ints, wanted: Flags) -> Ints:
    """Cases by month × service × channel; the last position of services and channels holds the totals."""
    shape = (len(days.months), len(CODES), len(c.CHANNELS))
    cell = np.ravel_multi_index((days.month_of[day[wanted]], cases.service[wanted], cases.channel[wanted]), shape)
    counts = np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape)
    counts = np.concatenate([counts, counts.sum(axis=1, keepdims=True)], axis=1)
    return np.concatenate([counts, counts.sum(axis=2, keepdims=True)], axis=2)


def _scopes(values: Ints, codes: Sequence[str]) -> list[tuple[str, Flags]]:
    everything = np.ones(len(values), dtype=np.bool_)
    return [
        (ALL, everything),
        *((code, values == index) for index, code in enumerate(codes) if (values == index).any()),
    ]


def lead_times(days: Days, cases: Landed) -> dict[str, Table]:
    """Exact percentiles (linear) of closed cases' lead seconds by year and month of closing, with on-time counts."""
    valid = cases.lead >= 0
    day = np.where(cases.is_closed, cases.closed_day, 0)
    month = days.month_of[day]
    year = np.array([first.year for first in days.months])[month]
    names = [first.isoformat() for first in days.months]
    by_year: list[list[object]] = []
    by_month: list[list[object]] = []
    for service, mine in _scopes(cases.service, CODES):
        at = np.flatnonzero(mine & valid)
        lead, years, months = cases.lead[at], year[at], month[at]
        by_year += [[str(y), service, *_percentiles(lead[years == y])] for y in np.unique(years)]
        by_month += [[names[m], service, *_percentiles(lead[months == m])] for m in np.unique(months)]
    deadline: list[list[object]] = [
        [
            names[m],
            int((cases.is_closed & cases.has_due & (month == m)).sum()),
            int((cases.is_on_time & (month == m)).sum()),
        ]
        for m in range(len(names))
    ]
    columns = ["service_code", "n", "median_seconds", "p90_seconds"]
    return {
        "by_year": {"columns": ["year", *columns], "rows": by_year},
        "by_month": {"columns": ["month", *columns], "rows": by_month},
        "on_time_by_month": {"columns": ["month", "deadline_cases", "on_time_cases"], "rows": deadline},
    }


def _percentiles(seconds: Ints) -> list[object]:
    low, high = np.percentile(seconds, [50, 90])
    return [len(seconds), float(low), float(high)]


def paper(days: Days, cases: Landed, steps: CaseSteps) -> Table:
    """Month of receipt × service: shares in and out as numerators and denominators, end-to-end digital cases."""
    known = cases.channel != c.UNKNOWN_CHANNEL
    email_is_paper = cases.received_day < days.index(email_rule_changes_on(days))
    is_paper = np.isin(cases.channel, (c.POST, c.COUNTER, c.FAX)) | ((cases.channel == c.EMAIL) & email_is_paper)
    medium = media_shown(steps)
    letter = np.isin(steps.activity, c.OUTBOUND_ACTIVITIES) & (medium != c.UNSAID)
    size = len(cases.service)
    letters, paper_letters = (
        np.bincount(steps.case[at], minlength=size) for at in (letter, letter & (medium == c.PAPER))
    )
    not_digital = np.bincount(steps.case[~np.isin(medium, (c.DIGITAL, c.UNSAID))], minlength=size) > 0
    unsaid = np.bincount(steps.case[medium == c.UNSAID], minlength=size) > 0
    online = cases.channel == c.ONLINE
    end_to_end = cases.is_closed & online & ~not_digital & ~unsaid
    end_to_end_known = cases.is_closed & (not_digital | (known & ~online) | end_to_end)
    columns = {
        "cases": np.ones(size),
        "known_channel_cases": known,
        "paper_in_cases": is_paper,
        "online_cases": online,
        "outbound_letters": letters,
        "paper_out_letters": paper_letters,
        "end_to_end_known_cases": end_to_end_known,
        "end_to_end_cases": end_to_end,
    }
    month = days.month_of[cases.received_day]
    shape = (len(days.months), len(CODES))
    cell = np.ravel_multi_index((month, cases.service), shape)
    sums = np.stack(
        [np.bincount(cell, np.asarray(v, dtype=float), int(np.prod(shape))).reshape(shape) for v in columns.values()],
        axis=2,
    )
    sums = np.concatenate([sums, sums.sum(axis=1, keepdims=True)], axis=1).astype(np.int64)
    rows: list[list[object]] = [
        [days.months[m].isoformat(), (*CODES, ALL)[s], *sums[m, s].tolist()]
        for m, s in np.argwhere(sums[:, :, 0] > 0).tolist()
    ]
    return {"columns": ["month", "service_code", *columns], "rows": rows}


def counted_words(words: Sequence[str], values: Ints) -> dict[str, int]:
    """How often each word stands, by its place in the list."""
    return {word: int((values == index).sum()) for index, word in enumerate(words)}


def media_shown(steps: CaseSteps) -> Ints:
    """Medium of each event: as logged, else the activity's own, else ``UNSAID``."""
    own = np.array([c.MEDIA.index(a.medium) if a.medium in c.MEDIA else c.UNSAID for a in c.ACTIVITIES])
    return np.where(steps.medium == c.UNSAID, own[steps.activity], steps.medium)


def rework_cases(cases: Landed, steps: CaseSteps) -> dict[str, int]:
    """Cases in which an activity stands twice, by service and in all."""
    pair, count = np.unique(steps.case * 64 + steps.activity, return_counts=True)
    again = np.unique(pair[count > 1] // 64)
    by_service = np.bincount(cases.service[again], minlength=len(CODES))
    return {ALL: len(again), **{code: int(n) for code, n in zip(CODES, by_service, strict=True) if n}}


def after_closing(days: Days, cases: Landed, steps: CaseSteps) -> int:
    """Cases with any event after their closing, all as landed."""
    shown = np.where(is_coarsened(steps.unit), steps.local // DAY_SECONDS * DAY_SECONDS, steps.local)
    utc = to_utc(shown, steps.second_hour)
    by_day = (shown % DAY_SECONDS == 0) | cases.is_closed_by_day[steps.case]
    is_after = np.where(by_day, days.day_of(shown) > cases.closed_day[steps.case], utc > cases.closed_utc[steps.case])
    return len(np.unique(steps.case[is_after]))


def coarsening(steps: CaseSteps) -> dict[str, object]:
    """What the door must merge and coarsen among the case system's events."""
    merged = {
        code: {"into": parent, "events": int((steps.unit == c.office_index(code)).sum())}
        for code, parent in c.MERGED_UNITS.items()
    }
    day_only = int((steps.unit == c.office_index(c.DAY_ONLY_OFFICE)).sum())
    return {"merged_units": merged, "day_only_units": {c.DAY_ONLY_OFFICE: day_only}}
