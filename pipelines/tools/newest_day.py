"""The day an unknown log speaks for: the newest of its records, but not of one that lies far ahead of all others."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping
from typing import Final

import numpy as np
import polars as pl

from pipelines.run.outcome import utc_now
from pipelines.run.run import EARLIEST_DAY
from sources.landing.landing import SPEAKING_TIMES

# A day counts when in the year up to it lie at least so many records, and so large a share of all.
FEWEST: Final = 3
LEAST_SHARE: Final = 0.01
YEAR: Final = 366


def newest_day(records: Mapping[str, pl.DataFrame], zone: zoneinfo.ZoneInfo) -> tuple[dt.date, int]:
    """The newest local day that enough records lead up to, and how many records lie after it.

    Enough are three and one in a hundred within the year up to that day, or all where there are fewer. Nothing counts
    that lies after today, and no day lies before the first a run can speak for. What speaks of no day, such as a plan
    of posts, is as of today.
    """
    found = [days for frame in records.values() if (days := _days(frame, zone)) is not None]
    days = np.sort(pl.concat(found).to_physical().to_numpy()) if found else np.array([], dtype=np.int32)
    if not len(days):
        return utc_now().replace(tzinfo=dt.UTC).astimezone(zone).date(), 0
    places = np.arange(len(days))
    within_a_year = places - np.searchsorted(days, days - YEAR, side="right") + 1
    enough = np.flatnonzero(within_a_year >= min(len(days), max(FEWEST, LEAST_SHARE * len(days))))
    newest = int(days[enough[-1]]) if len(enough) else int(days[-1])
    day = dt.date(1970, 1, 1) + dt.timedelta(days=newest)
    return max(day, EARLIEST_DAY), int((days > newest).sum())


def _days(frame: pl.DataFrame, zone: zoneinfo.ZoneInfo) -> pl.Series | None:
    """Per record the newest local day it speaks of, up to today; None where its kind speaks of none."""
    now = utc_now()
    times = [name for name in SPEAKING_TIMES if name in frame.columns and frame[name].dtype.is_temporal()]
    if not times:
        return None
    instants = [_up_to(pl.col(name).cast(pl.Datetime("us")), now) for name in times]
    newest = frame.select(pl.max_horizontal(instants).alias("at"))["at"].drop_nulls()
    return newest.dt.replace_time_zone("UTC").dt.convert_time_zone(zone.key).dt.date()


def _up_to(instants: pl.Expr, now: dt.datetime) -> pl.Expr:
    return pl.when(instants <= now).then(instants)
