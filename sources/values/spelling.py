"""What a source wrote: its spelling of times and numbers, its text without outer blanks, and what each value says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

EXACT_FLOAT: Final = 2**53


@dataclass(frozen=True)
class Spelling:
    """How a source writes times and numbers; without ``decimal`` only what reads alike with both signs is read.

    Attributes:
        timezone: of times without an offset.
        day_timezone: of days without a clock, the town's; None means that of the times.
    """

    timezone: str
    timestamp_format: str | None = None
    date_format: str | None = None
    decimal: str | None = None
    day_timezone: str | None = None


@dataclass(frozen=True)
class ReadValues:
    """What values say, one by one.

    Attributes:
        values: typed, null where there is nothing or it cannot be read.
        given: whether there is anything to read.
        failed: reason codes, null where there is none; None when nothing failed.
        ambiguous: a mask of local times that exist twice.
        nonexistent: a mask of local times that do not exist.
        foreign: the text of values outside the vocabulary and of days that mean never, null elsewhere.
    """

    values: pl.Series
    given: pl.Series
    failed: pl.Series | None = None
    ambiguous: pl.Series | None = None
    nonexistent: pl.Series | None = None
    foreign: pl.Series | None = None


def trimmed(raw: pl.Series) -> pl.Series:
    """The column as NFC text without outer blanks; empty is null. Whole floats are written as whole numbers."""
    text = raw.cast(pl.String)
    if raw.dtype.is_float():
        whole = (raw == raw.floor()) & (raw.abs() < EXACT_FLOAT)
        text = raw.cast(pl.Int64, strict=False).cast(pl.String).zip_with(whole.fill_null(False), text)
    text = text.str.strip_chars()
    # ASCII has one form only, and to look is far cheaper than to normalise.
    if text.str.len_bytes().sum() != text.str.len_chars().sum():
        text = text.str.normalize("NFC")
    return text.set(text == "", None)


def failing(codes: pl.Expr, **columns: pl.Series) -> pl.Series | None:
    """Reason codes as ``ReadValues`` wants them."""
    failed = pl.DataFrame(columns).select(codes.cast(pl.String).alias("failed")).to_series()
    return failed if failed.null_count() < failed.len() else None
