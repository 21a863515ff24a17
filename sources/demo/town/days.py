"""The invented town's calendar: its window of days, open days, clock changes, and instants as text.

Instants are whole seconds since 1970, either on the town's wall clock ("local") or in UTC.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Final

import holidays
import numpy as np
import polars as pl

from sources.demo.town.arrays import Flags, Ints

DAY_SECONDS: Final = 86_400
NEVER: Final = np.int64(2**40)
_EPOCH: Final = dt.date(1970, 1, 1)
_BEYOND: Final = 900
_KNOWN_DAYS: Final = 15_000


@dataclass(frozen=True)
class Days:
    """The window of the demo: 36 full months and the running one, up to ``as_of``.

    Day indices count from ``first``; the arrays go ``_BEYOND`` days past ``as_of`` for dates in the future.

    Attributes:
        first: first day of the window, a first of a month.
        as_of: last day of the window.
        is_open: per day index, whether the town hall works.
        next_open: per day index, the same day when open, else the next open one.
        month_of: per day index, the month index; weekday_of: 0 = Monday.
        open_rank: per day index, open days before it; open_days: the day index of each open day.
    """

    first: dt.date
    as_of: dt.date
    is_open: Flags
    next_open: Ints
    month_of: Ints
    weekday_of: Ints
    open_rank: Ints
    open_days: Ints

    @property
    def count(self) -> int:
        """Days in the window, ``as_of`` included."""
        return (self.as_of - self.first).days + 1

    @property
    def epoch_day(self) -> int:
        """Days from 1970 to the first day."""
        return (self.first - _EPOCH).days

    @property
    def months(self) -> list[dt.date]:
        """First days of the 37 months of the window, the running one last."""
        return [add_months(self.first, index) for index in range(int(self.month_of[self.count - 1]) + 1)]

    @property
    def end_local(self) -> int:
        """The first wall-clock second after ``as_of``."""
        return (self.epoch_day + self.count) * DAY_SECONDS

    def on(self, month: int, day: int) -> dt.date:
        """The given day of a month of the window."""
        return add_months(self.first, month).replace(day=day)

    def index(self, day: dt.date) -> int:
        """Day index of a date."""
        return (day - self.first).days

    def day_of(self, local: Ints) -> Ints:
        """Day index of wall-clock instants."""
        return local // DAY_SECONDS - self.epoch_day

    def seconds(self, day: Ints) -> Ints:
        """Wall-clock midnight of day indices."""
        return (day + self.epoch_day) * DAY_SECONDS

    def plus_open(self, day: Ints, open_days: Ints) -> Ints:
        """The day ``open_days`` working days after each day."""
        rank = np.minimum(self.open_rank[day] + open_days, len(self.open_days) - 1)
        return self.open_days[rank]


def add_months(day: dt.date, months: int) -> dt.date:
    """The first of the month ``months`` later."""
    total = day.year * 12 + day.month - 1 + months
    return dt.date(total // 12, total % 12 + 1, 1)


def closing_days(first_year: int, last_year: int) -> list[tuple[dt.date, str, str]]:
    """The town's own closing days: date, office code or ``all``, reason."""
    rows: list[tuple[dt.date, str, str]] = []
    for year in range(first_year, last_year + 1):
        rows += [
            (dt.date(year, 12, day), "all", "Betriebsruhe zwischen den Jahren") for day in (24, 27, 28, 29, 30, 31)
        ]
        outing = dt.date(year, 9, 1)
        outing += dt.timedelta(days=(2 - outing.weekday()) % 7)
        rows.append((outing, "all", "Personalversammlung"))
        move = dt.date(year, 6, 3)
        move += dt.timedelta(days=(3 - move.weekday()) % 7)
        rows.append((move, "kfz", "Umzug der Schilderstelle"))
    return rows


def days_until(as_of: dt.date) -> Days:
    """The window of 36 full months and the running one that ends with ``as_of``."""
    first = add_months(as_of, -36)
    span = np.arange((as_of - first).days + 1 + _BEYOND, dtype=np.int64)
    dates = np.datetime64(first) + span
    weekday = (span + first.weekday()) % 7
    is_open = (weekday < 5) & ~np.isin(dates, _closed_dates(first.year, as_of.year + 3))
    open_days = np.flatnonzero(is_open).astype(np.int64)
    open_rank = np.searchsorted(open_days, span).astype(np.int64)
    next_open = open_days[np.minimum(open_rank, len(open_days) - 1)]
    month_of = (dates.astype("datetime64[M]") - np.datetime64(first, "M")).astype(np.int64)
    return Days(first, as_of, is_open, next_open, month_of, weekday.astype(np.int64), open_rank, open_days)


@cache
def _closed_dates(first_year: int, last_year: int) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    years = range(first_year, last_year + 1)
    public = list(holidays.country_holidays("DE", subdiv="HB", years=years))
    own = [day for day, office, _ in closing_days(first_year, last_year) if office == "all"]
    return np.array(sorted({*public, *own}), dtype="datetime64[D]")


@cache
def _clock_changes() -> Ints:
    """Wall-clock seconds at which the offset changes: spring 02:00, autumn 03:00, alternating."""
    changes: list[int] = []
    for year in range(1990, 2100):
        for month, hour in ((3, 2), (10, 3)):
            last = dt.date(year, month, 31)
            sunday = last - dt.timedelta(days=(last.weekday() + 1) % 7)
            changes.append((sunday - _EPOCH).days * DAY_SECONDS + hour * 3600)
    return np.array(changes, dtype=np.int64)


def offset(local: Ints) -> Ints:
    """Seconds to subtract from the wall clock; in the doubled hour of October the first (summer) one."""
    summer = np.searchsorted(_clock_changes(), local, side="right") % 2 == 1
    return np.where(summer, 7200, 3600).astype(np.int64)


def to_utc(local: Ints, second_hour: Flags) -> Ints:
    """UTC seconds of wall-clock seconds; ``second_hour`` picks the later of October's doubled hour; ``NEVER`` stays."""
    later = np.where(second_hour & is_ambiguous(local), 3600, 0)
    return np.where(local >= NEVER, NEVER, local - offset(local) + later)


def to_local(utc: Ints) -> Ints:
    """Wall-clock seconds of UTC seconds; ``NEVER`` stays."""
    moments = pl.from_epoch(pl.Series(np.where(utc >= NEVER, 0, utc)), "s").dt.replace_time_zone("UTC")
    wall = moments.dt.convert_time_zone("Europe/Berlin").dt.replace_time_zone(None).dt.epoch("s").to_numpy()
    return np.where(utc >= NEVER, NEVER, wall)


def out_of_odd_hours(local: Ints) -> Ints:
    """Moves instants between 01:30 and 03:00 of both clock-change nights an hour and a half on."""
    changes = _clock_changes()
    position = np.searchsorted(changes, local + 1800, side="right")
    spring = (position % 2 == 1) & (local + 1800 - changes[position - 1] < 5400)
    until_autumn = changes[np.minimum(np.searchsorted(changes, local, side="right"), len(changes) - 1)] - local
    autumn = (np.searchsorted(changes, local, side="right") % 2 == 1) & (until_autumn <= 5400)
    return np.where(spring | autumn, local + 5400, local)


def is_ambiguous(local: Ints) -> Flags:
    """Whether the wall clock shows this time twice (the night of October)."""
    position = np.minimum(np.searchsorted(_clock_changes(), local, side="right"), len(_clock_changes()) - 1)
    return (position % 2 == 1) & (_clock_changes()[position] - local <= 3600)


@cache
def _clock_texts() -> pl.Series:
    return pl.Series([f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(DAY_SECONDS)])


@cache
def _minute_texts() -> pl.Series:
    return pl.Series([f" {m // 60:02d}:{m % 60:02d}" for m in range(DAY_SECONDS // 60)])


@cache
def _day_texts(pattern: str) -> pl.Series:
    first = dt.date(2010, 1, 1)
    return pl.date_range(first, first + dt.timedelta(days=_KNOWN_DAYS - 1), eager=True).dt.strftime(pattern)


def day_text(day: Ints, pattern: str) -> pl.Series:
    """Days since 1970 as text; days outside 2010–2050 become null."""
    position = day - (dt.date(2010, 1, 1) - _EPOCH).days
    known = (position >= 0) & (position < _KNOWN_DAYS)
    if known.all():
        return _day_texts(pattern).gather(position)
    return _day_texts(pattern).gather(pl.Series(np.where(known, position, 0))).set(~pl.Series(known), None)


def iso_text(utc: Ints, with_offset: bool, shift: Ints) -> pl.Series:
    """Instants as ``2025-03-14T13:05:27Z``, or on the wall clock with ``+02:00``; ``NEVER`` becomes null."""
    shown = np.where(utc >= NEVER, 0, utc + (shift if with_offset else 0))
    zone = pl.Series(["Z", "+01:00", "+02:00"]).gather(shift // 3600 if with_offset else np.zeros(len(utc), np.int64))
    parts = {
        "day": day_text(shown // DAY_SECONDS, "%Y-%m-%d"),
        "clock": _clock_texts().gather(shown % DAY_SECONDS),
        "zone": zone,
    }
    return pl.DataFrame(parts).select(pl.concat_str("day", pl.lit("T"), "clock", "zone").alias("at")).to_series()


def clock_text(local: Ints) -> pl.Series:
    """Wall-clock instants as ``2025-03-14 14:05:27``."""
    parts = {"day": day_text(local // DAY_SECONDS, "%Y-%m-%d"), "clock": _clock_texts().gather(local % DAY_SECONDS)}
    return pl.DataFrame(parts).select(pl.concat_str("day", pl.lit(" "), "clock").alias("at")).to_series()


def minute_text(local: Ints) -> pl.Series:
    """Wall-clock instants as the portal writes them: ``31.12.2025 14:05``, seconds cut off."""
    parts = {
        "day": day_text(local // DAY_SECONDS, "%d.%m.%Y"),
        "clock": _minute_texts().gather(local % DAY_SECONDS // 60),
    }
    return pl.DataFrame(parts).select(pl.concat_str("day", "clock").alias("at")).to_series()
