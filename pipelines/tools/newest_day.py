"""The day an unknown log speaks for: the newest of its records, but not of those that lie far ahead of all others."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.run.outcome import utc_now
from pipelines.run.run import EARLIEST_DAY
from sources.landing.landing import SPEAKING_TIMES

# So few records, or so small a share of all, may lie ahead; what more records say is no mistake in typing.
FEWEST: Final = 3
MOST_AHEAD: Final = 0.05
# Ahead lies what comes after a gap so many days long, and so many times as long as any before it.
LEAST_GAP: Final = 60
FAR: Final = 3
# Some mistyped years at a log's beginning make no gap usual.
FROM_SHARE: Final = 0.05
# Where a log thins out without a gap, a day counts that so large a share of all leads up to within a year.
LEAST_SHARE: Final = 0.01
YEAR: Final = 366

Days = NDArray[np.int32]


def newest_day(
    records: Mapping[str, pl.DataFrame], zone: zoneinfo.ZoneInfo, written_on: dt.date | None = None
) -> tuple[dt.date, int]:
    """The newest local day the records belong to, and how many lie after it: far ahead, or later than can be.

    Later than can be is what lies after today, or after the file was written, unless that would be many: a copy or an
    archive may bear any time. No day lies before the first a run can speak for. What speaks of no day, such as a plan
    of posts, is as of today.
    """
    found = [days for frame in records.values() if (days := _days(frame, zone)) is not None]
    series = pl.concat(found) if found else pl.Series([], dtype=pl.Date)
    all_days: Days = np.sort(series.to_physical().to_numpy())
    today = utc_now().replace(tzinfo=dt.UTC).astimezone(zone).date()
    days = all_days[all_days <= _number(today)]
    if not len(days):
        return today, len(all_days)
    if written_on is not None:
        days = _until(days, int((days <= _number(written_on)).sum()))
    days = _until(days, _before_the_gap(days))
    newest = int(days[_led_up_to(days)])
    day = dt.date(1970, 1, 1) + dt.timedelta(days=newest)
    return max(day, EARLIEST_DAY), int((all_days > newest).sum())


def _number(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days


def _until(days: Days, count: int) -> Days:
    """The first so many, where the others are few enough to be mistakes."""
    ahead = len(days) - count
    return days[:count] if count >= FEWEST and (ahead < FEWEST or ahead < MOST_AHEAD * len(days)) else days


def _before_the_gap(days: Days) -> int:
    """How many records lie before the first gap that is far longer than any before it and leaves only a few behind."""
    gaps = np.diff(days)
    usual = np.maximum.accumulate(np.where(np.arange(len(gaps)) < FROM_SHARE * len(days) - 1, 0, gaps))
    before = np.concatenate(([0], usual[:-1]))[: len(gaps)]
    places = np.arange(1, len(days))
    ahead = len(days) - places
    is_few = (places >= FEWEST) & ((ahead < FEWEST) | (ahead < MOST_AHEAD * len(days)))
    cuts = np.flatnonzero(is_few & (gaps > np.maximum(LEAST_GAP, FAR * before)))
    return int(places[cuts[0]]) if len(cuts) else len(days)


def _led_up_to(days: Days) -> int:
    """The place of the newest day that enough records lead up to within a year; the last where there is none."""
    places = np.arange(len(days))
    within_a_year = places - np.searchsorted(days, days - YEAR, side="right") + 1
    enough = np.flatnonzero(within_a_year >= min(len(days), max(FEWEST, LEAST_SHARE * len(days))))
    return int(enough[-1]) if len(enough) else len(days) - 1


def _days(frame: pl.DataFrame, zone: zoneinfo.ZoneInfo) -> pl.Series | None:
    """Per record the newest local day up to today that it speaks of, else a later one; None where its kind has none."""
    now = utc_now()
    times = [name for name in SPEAKING_TIMES if name in frame.columns and frame[name].dtype.is_temporal()]
    if not times:
        return None
    instants = [pl.col(name).cast(pl.Datetime("us")) for name in times]
    past = pl.max_horizontal(pl.when(instant <= now).then(instant) for instant in instants)
    newest = frame.select(pl.coalesce(past, pl.max_horizontal(instants)).alias("at"))["at"].drop_nulls()
    return newest.dt.replace_time_zone("UTC").dt.convert_time_zone(zone.key).dt.date()
