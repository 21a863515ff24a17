"""Numbers from their text: both notations, currency, signs, thousands, and what a binary float was meant to be.

Which sign parts the decimals is never guessed: it is declared, or a column's own values prove it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from sources.contract.fields import Field, FieldKind
from sources.values.spelling import ReadValues, Spelling, failing, trimmed

NUMERIC: Final = (FieldKind.INTEGER, FieldKind.EURO, FieldKind.AMOUNT)
DECIMALS: Final = {FieldKind.INTEGER: 2, FieldKind.EURO: 2, FieldKind.AMOUNT: 4}
PLAIN_WHOLE: Final = r"^-?\d{1,18}$"
CURRENCY: Final = r"(?i)^([+\-–−(]?)\s*(?:€|euro|eur)\s*|\s*(?:€|euro|eur)\s*([+\-–−)]?)$"
# A binary float shows what was meant once it is rounded; a real part of a cent is farther from it than this.
FLOAT_DUST: Final = 1e-9
TINY: Final = r"^-?\d+(?:\.\d+)?[eE]-\d+$"
DUSTY: Final = rf"^-?\d+\.\d{{9,}}$|{TINY}"
PART_OF_A_CENT: Final = r"^-?\d{1,15}\.\d{3,}$"
_GROUPED: Final = r"[1-9]\d{0,2}(?:[ ]\d{3})+|[1-9]\d{0,2}(?:'\d{3})+"


@dataclass(frozen=True)
class Evidence:
    """What values say of their own notation.

    Attributes:
        comma: the place of the first value that only a decimal comma explains; None where there is none.
        point: the same of a decimal point.
        either: of one that is another number with the one than with the other, such as 1.250.
    """

    comma: int | None = None
    point: int | None = None
    either: int | None = None


def bare(text: pl.Series) -> pl.Series:
    """Numbers without currency and plus; a minus stands in front, thousands are parted by blanks or apostrophes."""
    words = text.str.replace_all(CURRENCY, "${1}${2}").str.replace_all(r"[\s\u00a0\u2009\u202f]+", " ")
    words = words.str.replace_all(r"[\u2019\u2018\u00b4`]", "'").str.replace_all("[–−]", "-")
    words = words.str.replace(r"^\((.+)\)$", "-${1}").str.replace(r"^([^-+ ].*?) ?-$", "-${1}")
    return words.str.replace(r"^- ", "-").str.replace(r"^\+ ?", "")


def evidence(numbers: pl.Series, *, whole: bool) -> Evidence:
    """What ``bare`` numbers say of their notation; of whole things three digits behind a sign are thousands."""
    comma, point, either = (_proof(numbers, ",", "."), _proof(numbers, ".", ","), _first(numbers, _three(".,")))
    if not whole:
        return Evidence(comma, point, either)
    # What a point can only part into thousands was written by somebody whose decimal sign is the comma.
    return Evidence(_least(comma, _first(numbers, _three("."))), _least(point, _first(numbers, _three(","))))


def is_whole(field: Field) -> bool:
    """Whether a field counts whole things, so that its thousands are known by their three digits."""
    return field.kind is FieldKind.INTEGER and not field.is_ordinal


def numbers(raw: pl.Series, field: Field, spelling: Spelling) -> ReadValues:
    """What has text but no value failed, also when it is too large for its type."""
    text = trimmed(raw)
    if field.is_ordinal:
        plain = text.set(~text.str.contains(PLAIN_WHOLE).fill_null(True), None)
    else:
        # A typed number has no spelling: its decimal sign is a point whatever the source's texts use.
        typed = raw.dtype.is_numeric()
        plain = _plain(text, field.kind, "." if typed else spelling.decimal, typed=typed)
    values = plain.cast(field.kind.dtype, strict=False)
    outside = pl.Series([False]).new_from_index(0, values.len())
    if field.least is not None:
        outside |= (values < field.least).fill_null(False)
    if field.most is not None:
        outside |= (values > field.most).fill_null(False)
    unread = text.is_not_null() & values.is_null()
    codes = pl.when("part").then(pl.lit("part_of_a_cent")).when("unread").then(pl.lit("unreadable_number"))
    codes = codes.when("outside").then(pl.lit("out_of_bounds"))
    part = unread & text.str.contains(PART_OF_A_CENT) if field.kind is FieldKind.EURO and raw.dtype.is_float() else None
    failed = failing(codes, unread=unread, outside=outside, part=unread & False if part is None else part)
    return ReadValues(values.set(outside, None), text.is_not_null(), failed)


def without_dust(numbers: pl.Series, digits: int) -> pl.Series:
    """Numbers of many decimals as what was meant: 57.699999999999996 is 57.7; what is no such number stays."""
    dusty = numbers.str.contains(DUSTY).fill_null(False)
    if not dusty.any():
        return numbers
    sizes = numbers.set(~dusty, None).cast(pl.Float64, strict=False)
    # Adding zero makes the negative zero that rounding leaves a zero.
    near = sizes.round(digits) + 0.0
    meant = ((sizes - near).abs() <= FLOAT_DUST).fill_null(False)
    return near.cast(pl.Decimal(38, digits), strict=False).cast(pl.String).zip_with(meant, numbers)


def _plain(text: pl.Series, kind: FieldKind, decimal: str | None, *, typed: bool) -> pl.Series:
    """Numbers as a machine writes them; null where they are none. Without a notation only what reads alike is read."""
    digits = DECIMALS[kind]
    body = bare(text)
    fits = body.str.contains(_shape(decimal)).fill_null(False)
    if typed:
        fits |= body.str.contains(TINY).fill_null(False)
    machine = body.str.replace_all(rf"[ '{_thousands(decimal)}]", "").str.replace(",", ".", literal=True)
    plain = without_dust(machine.set(~fits, None), digits)
    if kind is FieldKind.INTEGER:
        plain = plain.str.replace(r"\.0+$" if typed else r"\.0{1,2}$", "")
        return plain.set(~plain.str.contains(PLAIN_WHOLE).fill_null(True), None)
    fraction = rf"\d{{1,{digits}}}0*" if typed else rf"\d{{1,{digits}}}"
    return plain.set(~plain.str.contains(rf"^-?\d+(\.{fraction})?$").fill_null(True), None)


def _thousands(decimal: str | None) -> str:
    return {",": ".", ".": ",", None: ""}[decimal]


def _shape(decimal: str | None) -> str:
    if decimal is None:
        return rf"^-?(?:\d+|{_GROUPED})$"
    return rf"^-?(?:\d+|{_GROUPED}|[1-9]\d{{0,2}}(?:[{_thousands(decimal)}]\d{{3}})+)(?:[{decimal}]\d+)?$"


def _three(signs: str) -> str:
    return rf"^-?[1-9]\d{{0,2}}[{signs}]\d{{3}}$"


def _proof(numbers: pl.Series, decimal: str, thousands: str) -> int | None:
    """The first number that is one only with this decimal sign."""
    fraction = rf"^-?(?:0\d*|\d{{4,}})[{decimal}]\d+$|^-?\d{{1,3}}[{decimal}](?:\d{{1,2}}|\d{{4,}})$"
    parted = rf"^-?(?:{_GROUPED}|[1-9]\d{{0,2}}(?:[{thousands}]\d{{3}})+)[{decimal}]\d+$"
    groups = rf"^-?[1-9]\d{{0,2}}(?:[{thousands}]\d{{3}}){{2,}}$"
    return _first(numbers, f"{fraction}|{parted}|{groups}")


def _first(numbers: pl.Series, pattern: str) -> int | None:
    return numbers.str.contains(pattern).fill_null(False).arg_true().first()  # type: ignore[return-value]


def _least(*places: int | None) -> int | None:
    return min((place for place in places if place is not None), default=None)
