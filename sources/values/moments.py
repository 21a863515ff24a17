"""Instants and days: from local times, offsets and declared formats to UTC, both clock-change nights decided here."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

import polars as pl

from sources.values.spelling import ReadValues, Spelling, failing, trimmed

OFFSET: Final = r" ?(Z|[+-](?:0\d|1[0-8])(?::?[0-5]\d)?)$"
# Where a format has the month's name (%b, %B): as Germans and their systems write it, and as Polars reads it.
MONTH_NAMES: Final = (
    ("jan(?:uar)?|jänner|january", "Jan"), ("feb(?:ruar)?|february", "Feb"), ("märz|mär|mrz|maerz|march|mar", "Mar"),
    ("apr(?:il)?", "Apr"), ("mai|may", "May"), ("juni?|june", "Jun"), ("juli?|july", "Jul"), ("aug(?:ust)?", "Aug"),
    ("sept?(?:ember)?", "Sep"), ("okt(?:ober)?|oct(?:ober)?", "Oct"), ("nov(?:ember)?", "Nov"),
    ("dez(?:ember)?|dec(?:ember)?", "Dec"),
)  # fmt: skip
ISO_FORMATS: Final = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d")


def days(raw: pl.Series, spelling: Spelling) -> ReadValues:
    """A column as local days."""
    if raw.dtype == pl.Date:
        return _read(raw, raw.is_not_null())
    if isinstance(raw.dtype, pl.Datetime):
        utc = instants(raw, spelling).values.dt.replace_time_zone("UTC")
        return _read(utc.dt.convert_time_zone(spelling.timezone).dt.date(), raw.is_not_null())
    form = spelling.date_format or "%Y-%m-%d"
    text = in_english(trimmed(raw), form)
    return _read(text.str.to_date(form, strict=False), text.is_not_null())


def months(raw: pl.Series, spelling: Spelling) -> ReadValues:
    """A column as months, each its first day; written as a day of it, as 2026-01, or as the declared month."""
    form = spelling.date_format
    if form is not None and is_of_months(form):
        # A month that stands for itself is read as its first day.
        spelling = replace(spelling, date_format=f"%d {form}")
    if raw.dtype == pl.String:
        text = trimmed(raw)
        if form is not None and is_of_months(form):
            text = "01 " + text
        whole = text.str.contains(r"^(01 )?\d{4}-\d{2}$").fill_null(False)
        written = text.str.strip_prefix("01 ").str.slice(0, 7) + "-01"
        if spelling.date_format is not None and whole.any():
            written = written.str.to_date("%Y-%m-%d", strict=False).dt.strftime(spelling.date_format)
        raw = written.zip_with(whole, text)
    read = days(raw, spelling)
    return replace(read, values=read.values.dt.month_start())


def is_of_months(form: str) -> bool:
    """Whether a format tells a month and its year but no day of it, such as %m/%Y or %B %Y."""
    return not any(sign in form for sign in ("%d", "%e", "%j", "%F", "%D", "%x", "%c", "%s"))


def in_english(text: pl.Series, form: str) -> pl.Series:
    """Texts in which months have their English names, where the format has names at all."""
    if "%b" not in form and "%B" not in form:
        return text
    for names, english in MONTH_NAMES:
        text = text.str.replace(rf"(?i)\b(?:{names})\b\.?", english)
    return text


def instants(raw: pl.Series, spelling: Spelling) -> ReadValues:
    """A column as UTC instants without a zone; a time without an offset is local, a day is its midnight in the town."""
    if isinstance(raw.dtype, pl.Datetime):
        zone = raw.dtype.time_zone
        moment = raw.cast(pl.Datetime("us", zone))
        if zone is not None:
            return _read(_utc(moment), raw.is_not_null())
        return _from_local(moment, raw.is_not_null(), spelling)
    if raw.dtype == pl.Date:
        return _read(_midnight(raw, spelling), raw.is_not_null())
    text = trimmed(raw)
    return _from_iso(text, spelling) if spelling.timestamp_format is None else _declared(text, spelling)


def _declared(text: pl.Series, spelling: Spelling) -> ReadValues:
    """Times in the source's own format; what is no time in it may be a day without a clock."""
    form = spelling.timestamp_format or ""
    text = in_english(text, form)
    if "%z" in form:
        utc = text.str.to_datetime(form, time_unit="us", time_zone="UTC", strict=False).dt.replace_time_zone(None)
        ambiguous = nonexistent = None
    else:
        wall = text.str.to_datetime(form, time_unit="us", strict=False)
        utc, ambiguous, nonexistent = _localized(wall, spelling.timezone)
    if "%H" not in form or utc.null_count() == text.null_count():
        return _read(utc, text.is_not_null(), ambiguous, nonexistent)
    day_forms = [spelling.date_format, form[: form.find("%H")].rstrip(" ,T-:")]
    bare = text.set(utc.is_not_null(), None)
    for day_form in filter(None, day_forms):
        dates = in_english(bare, day_form).str.to_date(day_form, strict=False)
        # A year of two digits is none of four: 2.3.26 is not the year 26.
        dates = dates.set((dates.dt.year() < 100).fill_null(False), None)
        utc = utc.zip_with(utc.is_not_null(), _midnight(dates, spelling))
    return _read(utc, text.is_not_null(), ambiguous, nonexistent)


def _midnight(dates: pl.Series, spelling: Spelling) -> pl.Series:
    """Days as the UTC instants at which they begin in the town."""
    return _localized(dates.cast(pl.Datetime("us")), spelling.day_timezone or spelling.timezone)[0]


def _from_iso(text: pl.Series, spelling: Spelling) -> ReadValues:
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
    if spelling.day_timezone not in (None, spelling.timezone):
        local = _midnight(naive.dt.date(), spelling).zip_with(dated, local)
    utc = frame.select(
        pl.when(pl.col("offset").is_null())
        .then(local)
        .otherwise(pl.col("wall") - pl.duration(minutes=pl.col("minutes")))
    ).to_series()
    return _read(utc, text.is_not_null(), ambiguous, nonexistent)


def _offset_minutes(offset: pl.Expr) -> pl.Expr:
    digits = offset.str.replace(":", "")
    hours, minutes = (digits.str.slice(start, 2).cast(pl.Int64, strict=False).fill_null(0) for start in (1, 3))
    size = hours * 60 + minutes
    return pl.when(offset == "Z").then(0).when(offset.str.starts_with("-")).then(-size).otherwise(size)


def _from_local(wall: pl.Series, given: pl.Series, spelling: Spelling) -> ReadValues:
    utc, ambiguous, nonexistent = _localized(wall, spelling.timezone)
    return _read(utc, given, ambiguous, nonexistent)


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


def _read(
    values: pl.Series,
    given: pl.Series,
    ambiguous: pl.Series | None = None,
    nonexistent: pl.Series | None = None,
) -> ReadValues:
    failed = failing(pl.when("unread").then(pl.lit("unreadable_time")), unread=given & values.is_null())
    return ReadValues(values, given, failed, ambiguous, nonexistent)
