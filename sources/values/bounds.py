"""Times nobody meant: days that stand for never, mistyped years, and what lies before anything was written down."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

import polars as pl

from sources.contract.records import EARLIEST_YEAR, YEARS_AHEAD, Field
from sources.values.spelling import ReadValues, Spelling, failing, trimmed

# What systems write where they have no day: zero of their calendar, or the last day their makers thought of.
NEVER: Final = tuple(
    dt.date(*day)
    for day in (
        (1, 1, 1), (1753, 1, 1), (1899, 12, 30), (1899, 12, 31), (1900, 1, 1), (1970, 1, 1),
        (2049, 12, 31), (2099, 12, 31), (2999, 12, 31), (9999, 12, 31),
    )
)  # fmt: skip
# With years of two digits the last one is what systems write.
NEVER_OF_TWO_DIGITS: Final = (dt.date(1999, 12, 31),)
# An appointment may be logged before it takes place; a demo may speak for a day up to a year ahead.
AHEAD: Final = dt.timedelta(days=366)
LAST_MINUTE: Final = 24 * 60 - 1


def bounded(read: ReadValues, raw: pl.Series, field: Field, spelling: Spelling, today: dt.date) -> ReadValues:
    """Times without those nobody meant: never is no time and told as foreign, an impossible one failed.

    Args:
        read: the column's times.
        raw: the same column as the source wrote it.
        field: whether it must be there, and whether it lay behind the source when it wrote.
        spelling: the zone in which the town's days begin.
        today: the day of the delivery.
    """
    values, year = read.values, read.values.dt.year()
    nowhere = pl.Series([False]).new_from_index(0, values.len())
    outside = ((year < EARLIEST_YEAR) | (year > today.year + YEARS_AHEAD)).fill_null(False)
    ahead = (values.dt.date() > today + AHEAD).fill_null(False) if field.has_happened else nowhere
    never = _never(values, spelling) if not field.required and year.is_in(_YEARS).any() else nowhere
    if not (outside | ahead | never).any():
        return read
    codes = (
        pl.when("never")
        .then(None)
        .when("outside")
        .then(pl.lit("impossible_year"))
        .when("ahead")
        .then(pl.lit("after_the_delivery"))
        .otherwise("failed")
    )
    failed = (
        read.failed if read.failed is not None else pl.Series([None], dtype=pl.String).new_from_index(0, len(values))
    )
    return replace(
        read,
        values=values.set(outside | ahead | never, None),
        failed=failing(codes, never=never, outside=outside, ahead=ahead, failed=failed),
        foreign=trimmed(raw).set(~never, None) if never.any() else None,
    )


# The year before and after as well: the town's midnight is another day in UTC.
_YEARS: Final = sorted({day.year + shift for day in (*NEVER, *NEVER_OF_TWO_DIGITS) for shift in (-1, 0, 1)})


def _never(values: pl.Series, spelling: Spelling) -> pl.Series:
    """Where a time is the beginning or end of a day that means never; a workbook gives such a day to a clock alone."""
    has_two_digits = any("%y" in form for form in (spelling.timestamp_format, spelling.date_format) if form)
    meant = (*NEVER, *NEVER_OF_TWO_DIGITS) if has_two_digits else NEVER
    if values.dtype == pl.Date:
        return values.is_in(meant).fill_null(False)
    utc = values.dt.replace_time_zone("UTC")
    walls = (utc, utc.dt.convert_time_zone(spelling.day_timezone or spelling.timezone))
    is_utc, is_local = (wall.dt.date().is_in(meant) & _is_edge(wall) for wall in walls)
    return (is_utc | is_local).fill_null(False)


def _is_edge(wall: pl.Series) -> pl.Series:
    """Where the clock shows midnight or the last minute of a day."""
    minute = wall.dt.hour().cast(pl.Int32) * 60 + wall.dt.minute()
    return ((minute == 0) & (wall.dt.second() == 0)) | (minute == LAST_MINUTE)
