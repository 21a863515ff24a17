"""How the text of a source becomes a typed value: instants, days, numbers, codes, vocabularies.

Pure functions over Polars columns. A value that cannot be read becomes null and is told apart from an empty one by
``Read.failed``. What is done with failures, and everything about privacy, is the door's.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import polars as pl

from sources.contract import EARLIEST_YEAR, YEARS_AHEAD, Field, Kind

OFFSET: Final = r" ?(Z|[+-](?:0\d|1[0-8])(?::?[0-5]\d)?)$"
ISO_FORMATS: Final = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d")
GERMAN_EURO: Final = r"^-?(\d{1,3}(\.\d{3})+|\d+)(,\d{1,2})?$"
PLAIN_EURO: Final = r"^-?(\d{1,3}(,\d{3})+|\d+)(\.\d{1,2})?$"
GERMAN_AMOUNT: Final = r"^-?(\d{1,3}(\.\d{3})+|\d+)(,\d{1,4})?$"
PLAIN_AMOUNT: Final = r"^-?(\d{1,3}(,\d{3})+|\d+)(\.\d{1,4})?$"
TRUE_WORDS: Final = ("true", "1", "ja", "j", "yes", "wahr", "x")
FALSE_WORDS: Final = ("false", "0", "nein", "n", "no", "falsch")
PERSONAL: Final[dict[str, str]] = {
    "e-mail address": r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}",
    "IBAN": r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,}",
    "phone number": r"(?:\+\d{2}[ /-]?\(?\d|\b0\d{2,4}[ /-])[\d /-]{4,}\d",
}
CONTROL: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
# What a spreadsheet makes of a long case number: many different ones become the same.
MANGLED: Final = r"^\d[.,]\d+E\+\d+$"
EXACT_FLOAT: Final = 2**53
LONGEST: Final = {Kind.CODE: 64, Kind.LABEL: 200}


@dataclass(frozen=True)
class Read:
    """A column after reading.

    Attributes:
        values: typed values in row order, null where empty or unreadable.
        failed: reason code per row, null where the value was read or empty.
        ambiguous: local times that exist twice (the October night), taken as the earlier.
        nonexistent: local times that do not exist (the March night), moved one hour on.
        unmapped: per value outside the vocabulary how often it came.
    """

    values: pl.Series
    failed: pl.Series
    ambiguous: int = 0
    nonexistent: int = 0
    unmapped: dict[str, int] | None = None


@dataclass(frozen=True)
class Dress:
    """How a source writes times and numbers."""

    timezone: str
    timestamp_format: str | None = None
    date_format: str | None = None
    decimal: str = "."


def read_column(raw: pl.Series, field: Field, dress: Dress, today: dt.date) -> Read:
    """Read one mapped column into its contract type."""
    match field.kind:
        case Kind.INSTANT:
            return _instants(raw, dress, today)
        case Kind.DAY:
            return _days(raw, dress, today)
        case Kind.INTEGER:
            return _numbers(raw, r"^-?\d{1,18}$", pl.Int64())
        case Kind.EURO:
            return _amounts(raw, GERMAN_EURO, PLAIN_EURO, dress, pl.Decimal(18, 2))
        case Kind.AMOUNT:
            return _amounts(raw, GERMAN_AMOUNT, PLAIN_AMOUNT, dress, pl.Decimal(18, 4))
        case Kind.BOOLEAN:
            return _truths(raw)
        case Kind.VOCABULARY:
            return _vocabulary(raw, field)
        case _:
            return _text(raw, field.kind)


def personal_patterns(kind: Kind) -> dict[str, str]:
    """What must not stand in a text of this kind; codes such as budget lines may look like phone numbers."""
    if kind is Kind.LABEL:
        return PERSONAL
    return {name: pattern for name, pattern in PERSONAL.items() if name != "phone number"} if kind is Kind.CODE else {}


def trimmed(raw: pl.Series) -> pl.Series:
    """The column as NFC text without outer blanks; empty is null. Whole floats are written as whole numbers."""
    text = raw.cast(pl.String)
    if raw.dtype.is_float():
        whole = (raw == raw.floor()) & (raw.abs() < EXACT_FLOAT)
        text = raw.cast(pl.Int64, strict=False).cast(pl.String).zip_with(whole.fill_null(False), text)
    text = text.str.strip_chars()
    return text.str.normalize("NFC").replace("", None)


def _read(name: str, values: pl.Series, failed: pl.Expr, frame: pl.DataFrame) -> Read:
    return Read(values.rename(name), frame.with_columns(failed.alias("failed"))["failed"])


def _text(raw: pl.Series, kind: Kind) -> Read:
    text = trimmed(raw)
    frame = pl.DataFrame({"text": text})
    failed = pl.lit(None, pl.String)
    if kind is Kind.REFERENCE:
        failed = pl.when(pl.col("text").str.contains(MANGLED)).then(pl.lit("mangled_reference"))
    if kind in LONGEST:
        for name, pattern in personal_patterns(kind).items():
            failed = (
                pl.when(pl.col("text").str.contains(pattern)).then(pl.lit(f"personal_data:{name}")).otherwise(failed)
            )
        failed = pl.when(pl.col("text").str.len_chars() > LONGEST[kind]).then(pl.lit("too_long")).otherwise(failed)
    failed = pl.when(pl.col("text").str.contains(CONTROL)).then(pl.lit("unreadable_text")).otherwise(failed)
    return _read(raw.name, text, failed, frame)


def _numbers(raw: pl.Series, pattern: str, dtype: pl.DataType) -> Read:
    text = trimmed(raw)
    frame = pl.DataFrame({"text": text})
    plain = frame.select(pl.when(pl.col("text").str.contains(pattern)).then(pl.col("text"))).to_series()
    return _number(raw.name, text, plain.cast(dtype, strict=False))


def _amounts(raw: pl.Series, german: str, plain: str, dress: Dress, dtype: pl.DataType) -> Read:
    # A typed number has no dress: its decimal sign is a point whatever the source's texts use.
    is_german = dress.decimal == "," and not raw.dtype.is_numeric()
    text = trimmed(raw).str.replace_all(r"[€\s\u00a0\u202f]", "").str.replace("^[–−]", "-")
    amount = text.str.replace_all("." if is_german else ",", "", literal=True).str.replace(",", ".", literal=True)
    frame = pl.DataFrame({"text": text, "amount": amount})
    fits = pl.col("text").str.contains(german if is_german else plain)
    values = frame.select(pl.when(fits).then(pl.col("amount"))).to_series()
    return _number(raw.name, text, values.cast(dtype, strict=False))


def _truths(raw: pl.Series) -> Read:
    text = trimmed(raw)
    frame = pl.DataFrame({"text": text, "low": text.str.to_lowercase()})
    value = (
        pl.when(pl.col("low").is_in(TRUE_WORDS))
        .then(pl.lit(True))
        .when(pl.col("low").is_in(FALSE_WORDS))
        .then(pl.lit(False))
    )
    values = frame.select(value.cast(pl.Boolean)).to_series()
    unread = pl.lit(text).is_not_null() & pl.lit(values).is_null()
    return _read(raw.name, values, pl.when(unread).then(pl.lit("unreadable_truth")), frame)


def _number(name: str, text: pl.Series, values: pl.Series) -> Read:
    """What has text but no value failed, also when it is too large for its type."""
    frame = pl.DataFrame({"text": text, "value": values})
    unread = pl.col("text").is_not_null() & pl.col("value").is_null()
    return _read(name, values, pl.when(unread).then(pl.lit("unreadable_number")), frame)


def _vocabulary(raw: pl.Series, field: Field) -> Read:
    text = trimmed(raw)
    frame = pl.DataFrame({"text": text, "low": text.str.to_lowercase()})
    known = pl.col("low").is_in(list(field.vocabulary))
    unknown = frame.filter(pl.col("text").is_not_null() & ~known)
    values = frame.select(
        pl.when(known).then(pl.col("low")).when(pl.col("text").is_not_null()).then(pl.lit(field.fallback, pl.String))
    ).to_series()
    failed = pl.lit(None, pl.String)
    if field.required:
        failed = pl.when(pl.col("text").is_not_null() & ~known).then(pl.lit("unknown_value"))
    counts = {str(value): int(count) for value, count in unknown.group_by("text").len().rows()}
    return Read(values.rename(raw.name), frame.with_columns(failed.alias("failed"))["failed"], unmapped=counts)


def _days(raw: pl.Series, dress: Dress, today: dt.date) -> Read:
    if raw.dtype == pl.Date:
        return _bounded(raw.name, raw, raw.is_not_null(), today)
    if isinstance(raw.dtype, pl.Datetime):
        local = _instants(raw, dress, today).values.dt.replace_time_zone("UTC").dt.convert_time_zone(dress.timezone)
        return _bounded(raw.name, local.dt.date(), raw.is_not_null(), today)
    text = trimmed(raw)
    days = text.str.to_date(dress.date_format or "%Y-%m-%d", strict=False)
    return _bounded(raw.name, days, text.is_not_null(), today)


def _instants(raw: pl.Series, dress: Dress, today: dt.date) -> Read:
    if isinstance(raw.dtype, pl.Datetime):
        zone = raw.dtype.time_zone
        moment = raw.cast(pl.Datetime("us", zone))
        if zone is not None:
            utc = moment.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
            return _bounded(raw.name, utc, raw.is_not_null(), today)
        return _from_local(raw.name, moment, raw.is_not_null(), dress, today)
    if raw.dtype == pl.Date:
        return _from_local(raw.name, raw.cast(pl.Datetime("us")), raw.is_not_null(), dress, today)
    text = trimmed(raw)
    form = dress.timestamp_format
    if form is not None and "%z" in form:
        utc = text.str.to_datetime(form, time_unit="us", time_zone="UTC", strict=False).dt.replace_time_zone(None)
        return _bounded(raw.name, utc, text.is_not_null(), today)
    if form is not None:
        wall = text.str.to_datetime(form, time_unit="us", strict=False)
        return _from_local(raw.name, wall, text.is_not_null(), dress, today)
    return _from_iso(raw.name, text, dress, today)


def _from_iso(name: str, text: pl.Series, dress: Dress, today: dt.date) -> Read:
    # A bare date may end in what looks like an offset: 2025-03-01 has none.
    dated = text.str.contains(r"^\d{4}-\d{1,2}-\d{1,2}$").fill_null(False)
    offset = text.str.extract(OFFSET, 1).set(dated, None)
    body = text.str.replace(OFFSET, "").zip_with(offset.is_not_null(), text).str.replace(" ", "T", literal=True)
    frame = pl.DataFrame({"body": body, "offset": offset}).with_columns(
        wall=pl.coalesce(pl.col("body").str.to_datetime(form, time_unit="us", strict=False) for form in ISO_FORMATS),
        minutes=_offset_minutes(pl.col("offset")),
    )
    naive = frame.select(pl.when(pl.col("offset").is_null()).then("wall")).to_series()
    local, ambiguous, nonexistent = _localized(naive, dress.timezone)
    utc = frame.select(
        pl.when(pl.col("offset").is_null())
        .then(local)
        .otherwise(pl.col("wall") - pl.duration(minutes=pl.col("minutes")))
    ).to_series()
    bounded = _bounded(name, utc, text.is_not_null(), today)
    return Read(bounded.values, bounded.failed, ambiguous, nonexistent)


def _offset_minutes(offset: pl.Expr) -> pl.Expr:
    digits = offset.str.replace(":", "")
    hours, minutes = (digits.str.slice(start, 2).cast(pl.Int64, strict=False).fill_null(0) for start in (1, 3))
    size = hours * 60 + minutes
    return pl.when(offset == "Z").then(0).when(offset.str.starts_with("-")).then(-size).otherwise(size)


def _from_local(name: str, wall: pl.Series, given: pl.Series, dress: Dress, today: dt.date) -> Read:
    utc, ambiguous, nonexistent = _localized(wall, dress.timezone)
    bounded = _bounded(name, utc, given, today)
    return Read(bounded.values, bounded.failed, ambiguous, nonexistent)


def _localized(wall: pl.Series, zone: str) -> tuple[pl.Series, int, int]:
    """Wall-clock time in a zone to UTC; both clock-change nights are decided here, and counted."""
    earlier = wall.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    later = wall.dt.replace_time_zone(zone, ambiguous="latest", non_existent="null")
    gap = wall.is_not_null() & earlier.is_null()
    moved = (wall + dt.timedelta(hours=1)).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    utc = earlier.zip_with(~gap, moved).dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return utc, int((earlier != later).sum()), int(gap.sum())


def _bounded(name: str, values: pl.Series, given: pl.Series, today: dt.date) -> Read:
    frame = pl.DataFrame({"value": values, "given": given})
    year = pl.col("value").dt.year()
    outside = (year < EARLIEST_YEAR) | (year > today.year + YEARS_AHEAD)
    failed = (
        pl.when(outside)
        .then(pl.lit("impossible_year"))
        .when(pl.col("given") & pl.col("value").is_null())
        .then(pl.lit("unreadable_time"))
    )
    kept = frame.select(pl.when(~outside).then(pl.col("value"))).to_series()
    return Read(kept.rename(name), frame.with_columns(failed.alias("failed"))["failed"])
