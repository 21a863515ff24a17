"""How the text of a source becomes a typed value: codes, labels, vocabularies, truths.

Times are read by ``moments``, numbers by ``numbers``. Pure functions over Polars columns. A value that cannot be read
becomes null and differs from an empty one by ``Read.failed``. What is done with failures, and everything about privacy,
is the door's.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sources.contract.records import Field, FieldKind
from sources.values.bounds import bounded
from sources.values.distinct import by_value
from sources.values.moments import days, instants, months
from sources.values.nothing import nothings
from sources.values.numbers import numbers
from sources.values.spelling import ReadValues, Spelling, failing, trimmed

TRUE_WORDS: Final = ("true", "1", "ja", "j", "yes", "wahr", "x")
FALSE_WORDS: Final = ("false", "0", "nein", "n", "no", "falsch")
PERSONAL_PATTERNS: Final[dict[str, str]] = {
    "e-mail address": r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}",
    "IBAN": r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,}",
    "phone number": r"(?:\+\d{2}[ /-]?\(?\d|\b0\d{2,4}[ /-])[\d /-]{4,}\d",
}
CONTROL_SIGNS: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
# What a spreadsheet makes of a long case number: many different ones become the same.
MANGLED: Final = r"^\d[.,]\d+E\+\d+$"
LONGEST: Final = {FieldKind.CODE: 64, FieldKind.LABEL: 200}


@dataclass(frozen=True)
class Read:
    """A column after reading.

    Attributes:
        values: typed values in row order, null where empty or unreadable.
        failed: reason code per row, null where the value was read or empty.
        ambiguous: local times that exist twice (the October night), taken as the earlier.
        nonexistent: local times that do not exist (the March night), moved one hour on.
        unmapped: per value outside the vocabulary, and per day that means never, how often it came.
        filled: rows that are not empty.
        nothings: per word that says that there is no value, such as ``k. A.``, how often it came.
    """

    values: pl.Series
    failed: pl.Series
    ambiguous: int = 0
    nonexistent: int = 0
    unmapped: dict[str, int] | None = None
    filled: int = 0
    nothings: dict[str, int] | None = None


def read_column(
    raw: pl.Series,
    field: Field,
    spelling: Spelling,
    today: dt.date,
    meanings: Mapping[str, str] | None = None,
    hidden: Callable[[pl.Series], pl.Series] | None = None,
) -> Read:
    """Read one mapped column into its contract type.

    Texts recur, so each different one is read, and hidden, once.

    Args:
        raw: as the source wrote it.
        field: what the contract says of it.
        spelling: how the source writes.
        today: bounds the years ahead, and what may have happened.
        meanings: of words of the source; an empty meaning is no value.
        hidden: what nobody may see is made of the values.
    """
    if raw.dtype != pl.String:
        often = np.ones(raw.len(), dtype=np.int64)
        return _hidden(_counted(_read_values(_meant(raw, meanings), field, spelling, today), often), hidden)
    words, places = by_value(raw)
    often = np.bincount(places.drop_nulls().to_numpy(), minlength=words.len())
    meant = _meant(words, meanings)
    absent = nothings(meant, field.kind)
    if absent is not None:
        meant = meant.set(absent.is_not_null(), None)
    read = _hidden(_counted(_read_values(meant, field, spelling, today), often), hidden)
    read = replace(read, nothings=_how_often(absent, often))
    failed = read.failed.gather(places) if read.failed.null_count() < words.len() else _nothing(raw.len())
    return replace(read, values=read.values.gather(places), failed=failed)


def personal_patterns(kind: FieldKind) -> dict[str, str]:
    """What must not stand in a text of this kind; codes such as budget lines may look like phone numbers."""
    if kind is FieldKind.LABEL:
        return PERSONAL_PATTERNS
    return (
        {name: pattern for name, pattern in PERSONAL_PATTERNS.items() if name != "phone number"}
        if kind is FieldKind.CODE
        else {}
    )


def _meant(raw: pl.Series, meanings: Mapping[str, str] | None) -> pl.Series:
    if not meanings:
        return raw
    return trimmed(raw).replace(list(meanings), [meant or None for meant in meanings.values()])


def _hidden(read: Read, hidden: Callable[[pl.Series], pl.Series] | None) -> Read:
    return read if hidden is None else replace(read, values=hidden(read.values))


def _counted(each: ReadValues, often: NDArray[np.int64]) -> Read:
    return Read(
        values=each.values,
        failed=each.failed if each.failed is not None else _nothing(each.values.len()),
        ambiguous=_sum(each.ambiguous, often),
        nonexistent=_sum(each.nonexistent, often),
        unmapped=_how_often(each.foreign, often),
        filled=_sum(each.given, often),
    )


def _how_often(words: pl.Series | None, often: NDArray[np.int64]) -> dict[str, int]:
    if words is None:
        return {}
    counts: Counter[str] = Counter()
    for place in words.is_not_null().arg_true():
        counts[words[place]] += int(often[place])
    return dict(counts)


def _sum(mask: pl.Series | None, often: NDArray[np.int64]) -> int:
    return 0 if mask is None else int(often[mask.to_numpy()].sum())


def _nothing(height: int) -> pl.Series:
    return pl.Series([None], dtype=pl.String).new_from_index(0, height)


def _read_values(raw: pl.Series, field: Field, spelling: Spelling, today: dt.date) -> ReadValues:
    match field.kind:
        case FieldKind.INSTANT:
            return bounded(instants(raw, spelling), raw, field, spelling, today)
        case FieldKind.DAY:
            return bounded(days(raw, spelling), raw, field, spelling, today)
        case FieldKind.MONTH:
            return bounded(months(raw, spelling), raw, field, spelling, today)
        case FieldKind.INTEGER | FieldKind.EURO | FieldKind.AMOUNT:
            return numbers(raw, field, spelling)
        case FieldKind.BOOLEAN:
            return _truths(raw)
        case FieldKind.VOCABULARY:
            return _vocabulary(raw, field)
        case _:
            return _text(raw, field.kind)


def _text(raw: pl.Series, kind: FieldKind) -> ReadValues:
    text = trimmed(raw)
    words = pl.col("text").str
    failed = pl.lit(None, pl.String)
    if kind is FieldKind.REFERENCE:
        failed = pl.when(words.contains(MANGLED)).then(pl.lit("mangled_reference"))
    if kind in LONGEST:
        for name, pattern in personal_patterns(kind).items():
            failed = pl.when(words.contains(pattern)).then(pl.lit(f"personal_data:{name}")).otherwise(failed)
        failed = pl.when(words.len_chars() > LONGEST[kind]).then(pl.lit("too_long")).otherwise(failed)
    failed = pl.when(words.contains(CONTROL_SIGNS)).then(pl.lit("unreadable_text")).otherwise(failed)
    return ReadValues(text, text.is_not_null(), failing(failed, text=text))


def _truths(raw: pl.Series) -> ReadValues:
    text = trimmed(raw)
    low = text.str.to_lowercase()
    is_true, is_false = low.is_in(TRUE_WORDS), low.is_in(FALSE_WORDS)
    unread = text.is_not_null() & ~(is_true | is_false)
    failed = failing(pl.when("unread").then(pl.lit("unreadable_truth")), unread=unread)
    return ReadValues(is_true.set(unread, None), text.is_not_null(), failed)


def _vocabulary(raw: pl.Series, field: Field) -> ReadValues:
    text = trimmed(raw)
    low = text.str.to_lowercase()
    foreign = text.is_not_null() & ~low.is_in(field.vocabulary)
    failed = failing(pl.when("foreign").then(pl.lit("unknown_value")), foreign=foreign) if field.required else None
    return ReadValues(low.set(foreign, field.fallback), text.is_not_null(), failed, foreign=text.set(~foreign, None))
