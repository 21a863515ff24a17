"""The events both systems log about the lives of the cases, as flat arrays, and what the faults change in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sources.demo.town import catalogue as c
from sources.demo.town.arrays import Flags, Ints
from sources.demo.town.arrivals import Cases
from sources.demo.town.days import NEVER, Days, is_ambiguous, to_utc
from sources.demo.town.lives import Lives
from sources.demo.town.services_offered import SERVICES

NO_UNIT: Final = -1


@dataclass(frozen=True)
class CaseSteps:
    """Events up to ``as_of``, ordered by case and time; one array position per event.

    Attributes:
        case: position in ``Cases``; activity: index into ``ACTIVITIES``.
        local: wall-clock seconds as the source writes them (the portal knows no seconds).
        started: wall-clock seconds of the start, ``NEVER`` when not logged.
        medium: index into ``MEDIA``, ``UNSAID`` when the system does not say.
        unit: index into ``OFFICES``, ``NO_UNIT`` in the portal.
        sequence: 1, 2, … within the case in the case system.
        in_portal: logged by the portal, else by the case system.
        second_hour: falls in the second run of October's doubled hour.
    """

    case: Ints
    activity: Ints
    local: Ints
    started: Ints
    medium: Ints
    unit: Ints
    sequence: Ints
    in_portal: Flags
    second_hour: Flags

    def __len__(self) -> int:
        return len(self.case)

    @property
    def utc(self) -> Ints:
        """UTC seconds of the events as written, the doubled hour told apart."""
        return to_utc(self.local, self.second_hour)


class _Book:
    """Collects steps of one kind after another."""

    def __init__(self, end: int) -> None:
        self._end = end
        self._parts: list[tuple[Ints, Ints, Ints, Ints, Ints, Ints]] = []

    def add(self, activity: int, at: Ints, medium: Ints, unit: Ints, lasted: Ints | None = None) -> None:
        """Write down an activity for all cases where ``at`` is not ``NEVER`` and inside the window."""
        case = np.flatnonzero(at < self._end)
        when = at[case]
        started = np.full(len(case), NEVER) if lasted is None else when - lasted[case]
        self._parts.append((case, np.full(len(case), activity), when, started, medium[case], unit[case]))

    def close(self, second_hour: Flags) -> CaseSteps:
        """All steps in order."""
        case, activity, local, started, medium, unit = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        in_portal = activity <= c.ANSWERED_ONLINE
        order = np.lexsort((activity, local, in_portal, case))
        case, activity, local, started = case[order], activity[order], local[order], started[order]
        medium, unit, in_portal = medium[order], unit[order], in_portal[order]
        position = np.arange(len(case))
        is_first = np.concatenate([[True], (case[1:] != case[:-1]) | (in_portal[1:] != in_portal[:-1])])
        sequence = position - np.maximum.accumulate(np.where(is_first, position, 0)) + 1
        second = second_hour[case] & is_ambiguous(local)
        local = np.where(in_portal, local // 60 * 60, local)
        return CaseSteps(case, activity, local, started, medium, unit, sequence, in_portal, second)


def steps_logged(days: Days, cases: Cases, live: Lives, addenda: Ints, rng: np.random.Generator) -> CaseSteps:
    """All events of all cases up to ``as_of``; ``addenda`` are those after closing, a known fault, or ``NEVER``."""
    book = _Book(days.end_local)
    place = _Places(cases, rng)
    media = _Media(cases, live, rng)
    lasted = rng.integers(180, 2_400, len(cases))
    _portal_steps(book, cases, live, rng)
    _intake_steps(book, cases, live, place, media, lasted)
    _review_steps(book, live, place, media, lasted)
    _closing_steps(book, live, place, media)
    book.add(c.ADDENDUM, addenda, media.of(c.PAPER), place.office)
    return book.close(cases.is_second_hour)


class _Places:
    """Which unit does what."""

    def __init__(self, cases: Cases, rng: np.random.Generator) -> None:
        index = c.office_index
        self.office = np.array([index(s.office) for s in SERVICES])[cases.service]
        day_only = self.office == index(c.DAY_ONLY_OFFICE)
        self.desk = np.where(self.office == index("auslaenderamt"), index("abh-infothek"), self.office)
        mail = np.isin(cases.channel, (c.POST, c.FAX)) & ~day_only
        self.intake = np.where(mail, index("poststelle"), np.where(cases.channel == c.COUNTER, self.desk, self.office))
        self.scan = np.full(len(cases), index("scanstelle"))
        specialists = np.array([index(s.specialist or s.office) for s in SERVICES])[cases.service]
        is_building = specialists == index("denkmalpflege")
        draw = rng.random(len(cases))
        style = np.where(
            draw < 0.4, index("denkmalpflege"), np.where(draw < 0.55, index("stadtgestaltung"), self.office)
        )
        self.statement = np.where(is_building, style, specialists)
        self.review = np.where(is_building | (specialists == index("jagd-waffen")), self.office, specialists)


class _Media:
    """On what each kind of step happens."""

    def __init__(self, cases: Cases, live: Lives, rng: np.random.Generator) -> None:
        self._count = len(cases)
        self.online = cases.channel == c.ONLINE
        by_channel = np.array([c.DIGITAL, c.DIGITAL, c.PAPER, c.AT_COUNTER, c.VOICE, c.PAPER, c.DIGITAL, c.UNSAID])
        self.intake = by_channel[cases.channel]
        silent = np.array([s.office == "bauamt" for s in SERVICES])[cases.service] | (rng.random(self._count) < 0.01)
        self.file = np.where(silent, c.UNSAID, np.where(live.is_efile, c.DIGITAL, c.PAPER))
        by_mail = (cases.channel == c.EMAIL) & (rng.random(self._count) < 0.35)
        self.notice = np.where(live.is_digital_notice | by_mail, c.DIGITAL, c.PAPER)
        self.answer = np.where(rng.random(self._count) < 0.22, c.DIGITAL, c.PAPER)
        self.withdrawal = np.where(self.online, c.DIGITAL, self.answer)

    def of(self, medium: int) -> Ints:
        """The same medium for all cases."""
        return np.full(self._count, medium)


def _only(flags: Flags, at: Ints) -> Ints:
    return np.where(flags, at, NEVER)


def _portal_steps(book: _Book, cases: Cases, live: Lives, rng: np.random.Generator) -> None:
    nowhere = np.full(len(cases), NO_UNIT)
    digital = np.full(len(cases), c.DIGITAL)
    online = cases.channel == c.ONLINE
    uploads = cases.in_portal & ~live.is_automatic & (rng.random(len(cases)) < 0.3)
    book.add(c.SUBMITTED, _only(online, cases.received), digital, nowhere)
    book.add(c.SUBMITTED_ASSISTED, _only(cases.is_assisted, cases.received), digital, nowhere)
    book.add(c.CONFIRMED, _only(cases.in_portal, cases.received + 60), digital, nowhere)
    book.add(c.UPLOADED, _only(uploads, cases.received + rng.integers(120, 600, len(cases))), digital, nowhere)
    for answered in live.answered:
        book.add(c.ANSWERED_ONLINE, _only(online, answered), digital, nowhere)


def _intake_steps(book: _Book, cases: Cases, live: Lives, place: _Places, media: _Media, lasted: Ints) -> None:
    offline = ~cases.in_portal
    book.add(c.ARRIVED, _only(offline, cases.received), media.intake, place.intake)
    book.add(c.SCANNED_IN, live.scanned, media.of(c.SCANNED), place.scan)
    book.add(c.TRANSFERRED, _only(~offline & live.is_efile, live.registered), media.of(c.DIGITAL), place.office)
    book.add(c.PRINTED, _only(~offline & ~live.is_efile, live.registered), media.of(c.PAPER), place.office)
    book.add(c.ENTERED, _only(offline, live.registered), media.of(c.DIGITAL), place.desk, np.minimum(lasted, 900))


def _review_steps(book: _Book, live: Lives, place: _Places, media: _Media, lasted: Ints) -> None:
    book.add(c.CHECKED, live.checked, media.file, place.review, lasted)
    for asked, answered in zip(live.asked, live.answered, strict=True):
        book.add(c.ASKED, asked, media.notice, place.review)
        book.add(c.ANSWERED, _only(~media.online, answered), media.answer, place.intake)
    book.add(c.STATEMENT_ASKED, live.statement_asked, media.file, place.review)
    book.add(c.STATEMENT_GIVEN, live.statement_given, media.file, place.statement)
    for reviewed, cosigned in zip(live.reviewed, live.cosigned, strict=True):
        book.add(c.REVIEWED, reviewed, media.file, place.review, lasted)
        book.add(c.COSIGNED, cosigned, media.file, place.office)


def _closing_steps(book: _Book, live: Lives, place: _Places, media: _Media) -> None:
    granted = np.isin(live.outcome, (0, 3)) & ~live.is_handed_out & ~live.is_automatic
    book.add(c.INTERIM_SENT, np.where(live.interim < live.decided, live.interim, NEVER), media.notice, place.office)
    book.add(c.NOTICE_SENT, _only(granted, live.decided), media.notice, place.office)
    book.add(c.REFUSAL_SENT, _only(live.outcome == 1, live.decided), media.notice, place.office)
    book.add(c.NOTICE_POSTED, _only(live.is_automatic, live.decided), media.of(c.DIGITAL), place.office)
    book.add(c.HANDED_OUT, _only(live.is_handed_out, live.decided), media.of(c.AT_COUNTER), place.desk)
    book.add(c.WITHDRAWN, _only(live.outcome == 2, live.decided), media.withdrawal, place.office)
