"""What a column of a sample looks like: times and how they are written, codes that recur, texts that name somebody."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from sources.contract.records import Field, FieldKind
from sources.landing.profile import ENOUGH_TO_TELL
from sources.proposal.words import LIFECYCLE, NOTHING, spaced
from sources.values.columns import PERSONAL_PATTERNS, Spelling, read_column, trimmed
from sources.values.names import names_among

# Tried in this order after ISO 8601; the first that reads nearly all wins.
TIME_FORMATS: Final = (
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y, %H:%M:%S", "%d.%m.%Y, %H:%M", "%d.%m.%Y %H:%M Uhr",
    "%d.%m.%Y - %H:%M", "%d.%m.%Y %H.%M", "%d.%m.%Y", "%d.%m.%y %H:%M:%S", "%d.%m.%y %H:%M", "%d.%m.%y",
    "%Y/%m/%d %H:%M:%S%.f", "%Y/%m/%d %H:%M", "%Y/%m/%d",
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d/%m/%y %H:%M", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M",
    "%d-%m-%Y:%H.%M", "%d-%m-%Y",
    "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y",
    "%m/%d/%y %H:%M", "%m-%d-%Y %H:%M:%S", "%m-%d-%Y %H:%M", "%m-%d-%Y",
    "%Y%m%dT%H%M%S", "%Y%m%d%H%M%S", "%Y%m%d", "%Y-%m-%d-%H.%M.%S%.f", "%Y-%m-%d %H.%M.%S",
    "%d %b %Y %H:%M:%S", "%d %b %Y %H:%M", "%b %d, %Y %H:%M:%S", "%b %d, %Y %I:%M:%S %p", "%d-%b-%Y %H:%M:%S",
)  # fmt: skip
NEARLY_ALL: Final = 0.98
MOST_SHARE: Final = 0.8
# The guard calls a column that varies more free text or names.
VARIETY_OF_CODES: Final = 0.3
_TRIED_VALUES: Final = 200
_GLANCED: Final = 3
_INSTANT: Final = Field("at", "at", FieldKind.INSTANT)
_LONG_TEXT: Final = 60
_SOME: Final = 0.05
_EPOCH: Final = r"^1\d{9}(\d{3})?$"
_GERMAN_AMOUNT: Final = r"^-?\d{1,3}(\.\d{3})*,\d{1,4}( ?€)?$"


@dataclass(frozen=True)
class Look:
    """One column of a sample.

    Attributes:
        name: as the file calls it.
        raw: its values as the connector gives them.
        zone: in which times without an offset are tried.
        today: no year much later than this can be meant.
    """

    name: str
    raw: pl.Series
    zone: str
    today: dt.date

    @cached_property
    def text(self) -> pl.Series:
        """Its values as text; words such as ``null`` and ``-`` are null."""
        text = trimmed(self.raw)
        return text.set(text.str.to_lowercase().is_in(list(NOTHING)).fill_null(False), None).alias("text")

    @cached_property
    def nothings(self) -> tuple[str, ...]:
        """The words by which it says that there is no value."""
        text = trimmed(self.raw).drop_nulls()
        return tuple(sorted(text.filter(text.str.to_lowercase().is_in(list(NOTHING))).unique()))

    @cached_property
    def filled(self) -> pl.Series:
        """Its values that are there."""
        return self.text.drop_nulls()

    @cached_property
    def distinct(self) -> int:
        """How many different values it has."""
        return self.filled.n_unique()

    @cached_property
    def variety(self) -> float:
        """Distinct values per value: near 1 for numbers of their own and free text, near 0 for codes."""
        return self.distinct / self.filled.len() if self.filled.len() else 0.0

    @cached_property
    def recurs(self) -> bool:
        """Whether its values recur as those of a code do; too few rows cannot tell and count as yes."""
        return bool(self.filled.len()) and (self.filled.len() < ENOUGH_TO_TELL or self.variety <= VARIETY_OF_CODES)

    @cached_property
    def is_integer(self) -> bool:
        """Whether it holds whole numbers only."""
        return bool(self.filled.len()) and bool(self.filled.str.contains(r"^-?\d{1,18}$").all())

    @cached_property
    def is_amount(self) -> bool:
        """Whether it holds numbers with decimals."""
        return bool(self.filled.len()) and bool(self.filled.str.contains(r"^-?[\d.,]*\d[.,]\d+( ?€)?$").all())

    @cached_property
    def is_german_amount(self) -> bool:
        """Whether it holds numbers with a decimal comma."""
        return _share(self.filled.str.contains(_GERMAN_AMOUNT)) > MOST_SHARE

    @cached_property
    def is_lifecycle(self) -> bool:
        """Whether it says of each event whether it began or ended."""
        return bool(self.filled.len()) and set(self.filled.str.to_lowercase().unique()) <= LIFECYCLE

    @cached_property
    def time_formats(self) -> tuple[str | None, ...]:
        """The ways in which nearly all of its values can be read as times; None is ISO 8601, and comes first."""
        if self.raw.dtype.is_temporal():
            return (None,)
        values = self.filled.head(_TRIED_VALUES)
        if self.raw.dtype.is_float() or _share(values.str.contains(r"\d")) < NEARLY_ALL:
            return ()
        if self.is_integer and not _names_a_time(self.name):
            return ()
        likely = [form for form in TIME_FORMATS if any(_could_be(form, value) for value in values.head(_GLANCED))]
        return tuple(form for form in (None, *likely) if self.read_share(form, values) >= NEARLY_ALL)

    @cached_property
    def time_format(self) -> str | None:
        """How its times are written: the first way that fits."""
        return self.time_formats[0] if self.time_formats else None

    @cached_property
    def is_epoch(self) -> bool:
        """Whether its times seem to be counted from 1970, which the door does not read."""
        return _names_a_time(self.name) and self.is_integer and _share(self.filled.str.contains(_EPOCH)) > NEARLY_ALL

    @property
    def is_time(self) -> bool:
        """Whether it holds times or days."""
        return bool(self.time_formats)

    @cached_property
    def has_offset(self) -> bool:
        """Whether its times say how far they are from UTC."""
        if isinstance(self.raw.dtype, pl.Datetime):
            return self.raw.dtype.time_zone is not None
        return bool(self.filled.len()) and bool(self.filled.str.contains(r"(Z|[+-]\d\d:?\d\d)$").all())

    @cached_property
    def month_first(self) -> str | None:
        """The other way to read it when days and months look the same."""
        form = self.time_format
        if form is None or not form.startswith(("%d/%m/", "%d-%m-")):
            return None
        swapped = form.replace("%d", "%x").replace("%m", "%d").replace("%x", "%m")
        return swapped if swapped in self.time_formats else None

    def read_share(self, form: str | None, values: pl.Series | None = None) -> float:
        """The share of its values, or of some of them, that can be read as times written so."""
        tried = self.filled if values is None else values
        raw = self.raw.drop_nulls() if self.raw.dtype.is_temporal() else tried
        if not raw.len():
            return 0.0
        read = read_column(raw.alias("at"), _INSTANT, Spelling(self.zone, form), self.today)
        # A day that means never is no time, but it is written like one.
        return read.failed.null_count() / raw.len()

    @cached_property
    def is_text_about_somebody(self) -> str | None:
        """Why its values look personal, None when they do not."""
        if not self.filled.len() or self.is_time or self.is_integer or self.is_amount:
            # Numbers of accounts and cases look like telephone numbers.
            return None
        for what, pattern in PERSONAL_PATTERNS.items():
            if _share(self.filled.str.contains(pattern)) > _SOME:
                return what
        if _share(names_among(self.filled)) > MOST_SHARE:
            return "names"
        lengths = self.filled.str.len_chars().mean()
        if isinstance(lengths, float) and lengths > _LONG_TEXT and self.variety > 1 - MOST_SHARE:
            return "free text"
        return None


def _share(fits: pl.Series) -> float:
    """The share of values that fit; 0 where there are none."""
    return int(fits.sum()) / fits.len() if fits.len() else 0.0


def _could_be(form: str, value: str) -> bool:
    """Whether Python reads a value so; a glance that spares the columns most of the formats."""
    for plain in {form.replace("%.f", ".%f"), form.replace("%.f", "")}:
        with suppress(ValueError):
            dt.datetime.strptime(value, plain)
            return True
    return False


def _names_a_time(name: str) -> bool:
    return re.search(r"zeit|datum|date|time|tag\b|day|(^| )(at|am|ts)$", spaced(name)) is not None


def varies_within(cases: pl.Series, activities: pl.Series) -> float:
    """How many different activities a case has on average; 0 when nothing stands in both columns."""
    frame = pl.DataFrame({"case": cases, "activity": activities}).drop_nulls()
    if not frame.height:
        return 0.0
    return float(frame.group_by("case").agg(pl.col("activity").n_unique())["activity"].mean() or 0)  # type: ignore[arg-type]
