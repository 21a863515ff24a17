"""Instants and days: from local times, offsets and declared formats to UTC, both clock-change nights decided here."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

import polars as pl

from sources.contract.records import EARLIEST_YEAR, YEARS_AHEAD
from sources.values.spelling import ReadValues, Spelling, failing, trimmed

OFFSET: Final = r" ?(Z|[+-](?:0\d|1[0-8])(?::?[0-5]\d)?)$"
ISO_FORMATS: Final = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d")


def days(raw: pl.Series, spelling: Spelling, today: dt.date) -> ReadValues:
    """A column as local days; a year nobody meant is refused."""
    if raw.dtype == pl.Date:
        return _bounded(raw, raw.is_not_null(), today)
    if isinstance(raw.dtype, pl.Datetime):
        utc = instants(raw, spelling, today).values.dt.replace_time_zone("UTC")
        return _bounded(utc.dt.convert_time_zone(spelling.timezone).dt.date(), raw.is_not_null(), today)
    text = trimmed(raw)
    return _bounded(text.str.to_date(spelling.date_format or "%Y-%m-%d", strict=False), text.is_not_null(), today)


def months(raw: pl.Series, spelling: Spelling, today: dt.date) -> ReadValues:
    """A column as months, each its first day; written as a day of it, or as 2026-01."""
    if raw.dtype == pl.String:
        text = trimmed(raw)
        whole = text.str.contains(r"^\d{4}-\d{2}$").fill_null(False)
        written = text.str.slice(0, 7) + "-01"
        if spelling.date_format is not None and whole.any():
            written = written.str.to_date("%Y-%m-%d", strict=False).dt.strftime(spelling.date_format)
        raw = written.zip_with(whole, text)
    read = days(raw, spelling, today)
    return replace(read, values=read.values.dt.month_start())


def instants(raw: pl.Series, spelling: Spelling, today: dt.date) -> ReadValues:
    """A column as UTC instants without a zone; a time without an offset is local."""
    if isinstance(raw.dtype, pl.Datetime):
        zone = raw.dtype.time_zone
        moment = raw.cast(pl.Datetime("us", zone))
        if zone is not None:
            return _bounded(_utc(moment), raw.is_not_null(), today)
        return _from_local(moment, raw.is_not_null(), spelling, today)
    if raw.dtype == pl.Date:
        return _from_local(raw.cast(pl.Datetime("us")), raw.is_not_null(), spelling, today)
    text = trimmed(raw)
    form = spelling.timestamp_format
    if form is not None and "%z" in form:
        utc = text.str.to_datetime(form, time_unit="us", time_zone="UTC", strict=False).dt.replace_time_zone(None)
        return _bounded(utc, text.is_not_null(), today)
    if form is not None:
        wall = text.str.to_datetime(form, time_unit="us", strict=False)
        return _from_local(wall, text.is_not_null(), spelling, today)
    return _from_iso(text, spelling, today)


def _from_iso(text: pl.Series, spelling: Spelling, today: dt.date) -> ReadValues:
    # A bare date may end in what looks like an offset: 2025-03-01 has none.
    dated = text.str.contains(r"^\d{4}-\d{1,2}-\d{1,2}$").fill_null(False)
    offset = text.str.extract(OFFSET, 1).set(dated, None)
    body = text.str.replace(OFFSET, "").zip_with(offset.is_not_null(), text).str.replace(" ", "T", literal=True)
    frame = pl.DataFrame({"body": body, "offset": offset}).with_columns(
        wall=pl.coalesce(pl.col("body").str.to_datetime(form, time_unit="us", strict=False) for form in ISO_FORMATS),
        minutes=_offset_minutes(pl.col("offset")),
    )
    naive = frame.select(pl.when(pl.col("offset").is_null()).then("wall")).to_series()
    local, ambiguous, nonexistent = _localized(naive, spelling.timezone)
    utc = frame.select(
        pl.when(pl.col("offset").is_null())
        .then(local)
        .otherwise(pl.col("wall") - pl.duration(minutes=pl.col("minutes")))
    ).to_series()
    return _bounded(utc, text.is_not_null(), today, ambiguous, nonexistent)


def _offset_minutes(offset: pl.Expr) -> pl.Expr:
    digits = offset.str.replace(":", "")
    hours, minutes = (digits.str.slice(start, 2).cast(pl.Int64, strict=False).fill_null(0) for start in (1, 3))
    size = hours * 60 + minutes
    return pl.when(offset == "Z").then(0).when(offset.str.starts_with("-")).then(-size).otherwise(size)


def _from_local(wall: pl.Series, given: pl.Series, spelling: Spelling, today: dt.date) -> ReadValues:
    utc, ambiguous, nonexistent = _localized(wall, spelling.timezone)
    return _bounded(utc, given, today, ambiguous, nonexistent)


def _localized(wall: pl.Series, zone: str) -> tuple[pl.Series, pl.Series | None, pl.Series | None]:
    """Wall-clock time in a zone to UTC, and masks of the times that exist twice and never; None without such a time."""
    once = wall.dt.replace_time_zone(zone, ambiguous="null", non_existent="null")
    if once.null_count() == wall.null_count():
        return _utc(once), None, None
    earlier = wall.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    later = wall.dt.replace_time_zone(zone, ambiguous="latest", non_existent="null")
    gap = wall.is_not_null() & earlier.is_null()
    if gap.any():
        moved = (wall + dt.timedelta(hours=1)).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        earlier_or_moved = earlier.zip_with(~gap, moved)
    else:
        earlier_or_moved = earlier
    return _utc(earlier_or_moved), (earlier != later).fill_null(False), gap


def _utc(moments: pl.Series) -> pl.Series:
    return moments.dt.convert_time_zone("UTC").dt.replace_time_zone(None)


def _bounded(
    values: pl.Series,
    given: pl.Series,
    today: dt.date,
    ambiguous: pl.Series | None = None,
    nonexistent: pl.Series | None = None,
) -> ReadValues:
    year = values.dt.year()
    outside = ((year < EARLIEST_YEAR) | (year > today.year + YEARS_AHEAD)).fill_null(False)
    failed = failing(
        pl.when("outside").then(pl.lit("impossible_year")).when("unread").then(pl.lit("unreadable_time")),
        outside=outside,
        unread=given & values.is_null(),
    )
    return ReadValues(values.set(outside, None), given, failed, ambiguous, nonexistent)
