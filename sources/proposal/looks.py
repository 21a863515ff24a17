"""What a column of a sample looks like: times and how they are written, codes that recur, texts that name somebody."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from sources.contract.records import Field, FieldKind
from sources.landing.profile import ENOUGH_TO_TELL, MOST_VARIETY
from sources.proposal.time_forms import (
    MONTH_FORMATS,
    NUMBERED,
    SHORT_YEAR,
    TIME_FORMATS,
    could_be,
    different_shapes,
    names_a_time,
)
from sources.proposal.words import LIFECYCLE, spaced
from sources.values.columns import (
    FALSE_WORDS,
    PERSONAL_PATTERNS,
    TRUE_WORDS,
    Spelling,
    personal_patterns,
    read_column,
    trimmed,
)
from sources.values.names import names_among
from sources.values.nothing import NO_NUMBER, UNTOLD
from sources.values.numbers import Evidence, bare, evidence

NEARLY_ALL: Final = 0.98
MOST_SHARE: Final = 0.8
ENOUGH_OF_TIMES: Final = 0.85
# The guard calls a column that varies more free text or names.
_TRIED_VALUES: Final = 200
_INSTANT: Final = Field("at", "at", FieldKind.INSTANT)
_DAY: Final = Field("on", "on", FieldKind.DAY)
_MONTH: Final = Field("month", "month", FieldKind.MONTH)
_AMOUNT: Final = Field("amount", "amount", FieldKind.AMOUNT)
_CLOCK: Final = "%H"
_LONG_TEXT: Final = 60
_SOME: Final = 0.05
_EPOCH: Final = r"^1\d{9}(\d{3})?$"


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
        return _without(trimmed(self.raw), UNTOLD).alias("text")

    @cached_property
    def nothings(self) -> tuple[str, ...]:
        """The words by which it says that there is no value."""
        text = trimmed(self.raw).drop_nulls()
        return tuple(sorted(text.filter(text.str.to_lowercase().is_in(list(UNTOLD))).unique()))

    @cached_property
    def filled(self) -> pl.Series:
        """Its values that are there."""
        return self.text.drop_nulls()

    @cached_property
    def known(self) -> pl.Series:
        """Its values but for the words that stand where a time or number is not known, such as ``offen``."""
        return _without(self.text, NO_NUMBER).drop_nulls()

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
        return bool(self.filled.len()) and (self.filled.len() < ENOUGH_TO_TELL or self.variety <= MOST_VARIETY)

    @cached_property
    def is_integer(self) -> bool:
        """Whether it holds whole numbers only."""
        return bool(self.filled.len()) and bool(self.filled.str.contains(r"^-?\d{1,18}$").all())

    @cached_property
    def is_truth(self) -> bool:
        """Whether it says yes or no."""
        words = set(self.known.str.to_lowercase().unique())
        return isinstance(self.raw.dtype, pl.Boolean) or (bool(words) and words <= {*TRUE_WORDS, *FALSE_WORDS})

    @cached_property
    def is_amount(self) -> bool:
        """Whether it holds numbers, some of them with decimals or thousands."""
        return self.is_number and not self.is_integer

    @cached_property
    def is_number(self) -> bool:
        """Whether most of its values are numbers, in either notation."""
        if self.raw.dtype.is_numeric():
            return bool(self.filled.len())
        if self.raw.dtype.is_temporal() or isinstance(self.raw.dtype, pl.Boolean):
            return False
        found = [self._number_share(sign) for sign in (",", ".")]
        return max(found) > MOST_SHARE

    def _number_share(self, decimal: str) -> float:
        spelling = Spelling(self.zone, decimal=decimal)
        read = read_column(self.known.alias("amount"), _AMOUNT, spelling, self.today)
        return 1 - read.values.null_count() / read.values.len() if read.values.len() else 0.0

    @cached_property
    def notation(self) -> Evidence:
        """What its numbers say of their decimal sign; nothing where they are typed."""
        if self.raw.dtype != pl.String:
            return Evidence()
        return evidence(bare(self.known), whole=False)

    @cached_property
    def is_lifecycle(self) -> bool:
        """Whether it says of each event whether it began or ended."""
        return bool(self.filled.len()) and set(self.filled.str.to_lowercase().unique()) <= LIFECYCLE

    @property
    def enough(self) -> float:
        """Which share of its values must be readable as times: of a column that is called so some may be mistyped."""
        return ENOUGH_OF_TIMES if names_a_time(self.name) else NEARLY_ALL

    @cached_property
    def time_formats(self) -> tuple[str | None, ...]:
        """The ways in which nearly all of its values can be read as times; None is ISO 8601, and comes first."""
        if self.raw.dtype.is_temporal():
            return (None,)
        values = self.known.head(_TRIED_VALUES)
        if self.raw.dtype.is_float() or _share(values.str.contains(r"\d")) < self.enough:
            return ()
        if self.is_integer and not names_a_time(self.name):
            return ()
        glanced = [values[place] for place in different_shapes(values)]
        likely = [form for form in TIME_FORMATS if any(could_be(form, value) for value in glanced)]
        forms = tuple(form for form in (None, *likely) if self.read_share(form, values) >= self.enough)
        return tuple(form for form in forms if self._may_be(form))

    def _may_be(self, form: str | None) -> bool:
        """Whether a column that could be read so may be: 11.01.02 is a product unless its column speaks of days."""
        if form is None or _CLOCK in form:
            return True
        if NUMBERED.search(spaced(self.name)) and not names_a_time(self.name):
            return False
        return SHORT_YEAR not in form or names_a_time(self.name)

    @cached_property
    def has_days_and_times(self) -> bool:
        """Whether some of its times have a clock and others are bare days."""
        clock = self.known.str.contains(r"\d[:.]\d\d( ?Uhr)?([:.Z+-]|$| )")
        days = self.known.str.contains(r"^(\d{4}-\d\d-\d\d|\d{1,2}[./-]\d{1,2}[./-](\d{4}|\d\d))$")
        return self.raw.dtype == pl.String and self.is_time and bool((clock & ~days).any()) and bool(days.any())

    @cached_property
    def months(self) -> tuple[str | None, ...]:
        """The ways in which nearly all of its values can be read as months, None being 2026-01."""
        if self.raw.dtype != pl.String or not self.known.len() or self.is_time:
            return ()
        if NUMBERED.search(spaced(self.name)):
            return ()
        named = re.search(r"monat|month|periode|zeitraum|period", spaced(self.name)) is not None
        # 2026.01 and 202601 may well be numbers.
        forms = [None, *(form for form in MONTH_FORMATS if named or form not in ("%Y.%m", "%m.%Y", "%Y%m", "%m/%y"))]
        return tuple(form for form in forms if self._month_share(form) >= self.enough)

    def _month_share(self, form: str | None) -> float:
        read = read_column(self.known.alias("month"), _MONTH, Spelling(self.zone, date_format=form), self.today)
        return 1 - read.values.null_count() / read.values.len()

    @cached_property
    def day_formats(self) -> tuple[str | None, ...]:
        """The ways in which nearly all of its values can be read as days; None is ISO 8601."""
        if self.raw.dtype.is_temporal():
            return (None,)
        return tuple(form for form in self.time_formats if self._day_share(form) >= self.enough)

    def _day_share(self, form: str | None) -> float:
        read = read_column(self.known.alias("on"), _DAY, Spelling(self.zone, date_format=form), self.today)
        return read.failed.null_count() / read.failed.len() if read.failed.len() else 0.0

    @cached_property
    def time_format(self) -> str | None:
        """How its times are written: the first way that fits."""
        return self.time_formats[0] if self.time_formats else None

    @cached_property
    def is_epoch(self) -> bool:
        """Whether its times seem to be counted from 1970, which the door does not read."""
        return names_a_time(self.name) and self.is_integer and _share(self.filled.str.contains(_EPOCH)) > NEARLY_ALL

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

    def read_share(self, form: str | None, values: pl.Series | None = None, days: str | None = None) -> float:
        """The share of its values, or of some of them, that can be read as times written so, or as such days."""
        tried = self.known if values is None else values
        raw = self.raw.drop_nulls() if self.raw.dtype.is_temporal() else tried
        if not raw.len():
            return 0.0
        read = read_column(raw.alias("at"), _INSTANT, Spelling(self.zone, form, days), self.today)
        # A day that means never is no time, but it is written like one.
        return read.failed.null_count() / raw.len()

    @cached_property
    def is_text_about_somebody(self) -> str | None:
        """Why its values look personal, None when they do not."""
        return self._speaks_of_somebody(PERSONAL_PATTERNS)

    @cached_property
    def is_code_about_somebody(self) -> str | None:
        """The same of codes: a budget line may look like a telephone number."""
        return self._speaks_of_somebody(personal_patterns(FieldKind.CODE))

    def _speaks_of_somebody(self, patterns: Mapping[str, str]) -> str | None:
        if not self.filled.len() or self.is_time or self.is_number:
            # Numbers of accounts and cases look like telephone numbers.
            return None
        for what, pattern in patterns.items():
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


def _without(text: pl.Series, words: frozenset[str]) -> pl.Series:
    return text.set(text.str.to_lowercase().is_in(list(words)).fill_null(False), None)


def varies_within(cases: pl.Series, activities: pl.Series) -> float:
    """How many different activities a case has on average; 0 when nothing stands in both columns."""
    frame = pl.DataFrame({"case": cases, "activity": activities}).drop_nulls()
    if not frame.height:
        return 0.0
    return float(frame.group_by("case").agg(pl.col("activity").n_unique())["activity"].mean() or 0)  # type: ignore[arg-type]
