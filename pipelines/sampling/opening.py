"""The minutes an office is open, by the town's own calendar: the same rules by which the models count working time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from pipelines.sampling.refusal import NotSampled
from sources.town.folder import Town
from sources.town.parameter_row import ALL
from sources.town.parameters import OpeningHours

FARTHEST: Final = 400
"""Calendar days after which no more open days are looked for."""

_WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MINUTE: Final = dt.timedelta(minutes=1)


class Opening:
    """When one office is open."""

    def __init__(self, town: Town, office_code: str, until: dt.date) -> None:
        """Read the hours and closing days of an office, up to a day.

        Raises:
            NotSampled: when neither the office nor ``all`` has opening hours.
        """
        every = town.parameters.opening_hours
        self.office_code = office_code
        self._zone = town.zone
        self._hours = [row for row in every if row.office_code == office_code] or [
            row for row in every if row.office_code == ALL
        ]
        if not self._hours:
            raise NotSampled(
                f"parameters/opening_hours.csv: neither '{office_code}' nor '{ALL}' has opening hours, so no time can "
                "be drawn; add them (docs/parameters.md)."
            )
        self._closed = {
            row.closed_on for row in town.parameters.closing_days if row.office_code in (office_code, ALL)
        } | set(town.holiday_frame(until)["holiday_on"])

    def intervals(self, day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
        """The opening intervals that begin on a local day, as UTC instants in order; what is open twice counts once."""
        if day in self._closed:
            return []
        found: list[tuple[dt.datetime, dt.datetime]] = []
        for begins, ends in sorted(
            (self._at(day, row.opens_at), self._at(day, row.closes_at)) for row in self._of(day)
        ):
            start = max(begins, found[-1][1]) if found else begins
            if start < ends:
                found.append((start, ends))
        return found

    def days(self, first: dt.date, count: int) -> list[dt.date]:
        """The first open days from a day on.

        Raises:
            NotSampled: when there are fewer within 400 days.
        """
        found: list[dt.date] = []
        for ahead in range(FARTHEST):
            day = first + dt.timedelta(days=ahead)
            if self.intervals(day):
                found.append(day)
            if len(found) == count:
                return found
        raise NotSampled(
            f"Office '{self.office_code}' is open on {len(found)} days in the {FARTHEST} days from {first}, not on "
            f"{count}; correct parameters/opening_hours.csv, or give another --from or fewer --days."
        )

    def minutes(self, days: list[dt.date]) -> list[dt.datetime]:
        """The starts of all open minutes of some days, UTC, in order."""
        return [minute for day in days for span in self.intervals(day) for minute in _minutes(*span)]

    def _of(self, day: dt.date) -> list[OpeningHours]:
        """The rows of a weekday that hold: newer ones take the place of older ones."""
        valid = [
            row
            for row in self._hours
            if row.weekday == _WEEK[day.weekday()] and row.valid_from <= day <= (row.valid_to or dt.date.max)
        ]
        newest = max((row.valid_from for row in valid), default=None)
        return [row for row in valid if row.valid_from == newest]

    def _at(self, day: dt.date, clock: str) -> dt.datetime:
        hour, minute = map(int, clock.split(":"))
        later = dt.timedelta(days=hour // 24)
        return dt.datetime.combine(day + later, dt.time(hour % 24, minute), self._zone).astimezone(dt.UTC)


def _minutes(begins: dt.datetime, ends: dt.datetime) -> Iterator[dt.datetime]:
    for number in range(int((ends - begins) / _MINUTE)):
        yield begins + number * _MINUTE
