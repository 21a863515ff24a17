"""Which column of an unknown file can be a field of the contract: its name says so, and what stands in it fits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sources.contract.records import Field, FieldKind
from sources.landing.profile import LISTED_COLUMNS, RECURRING_CODES
from sources.proposal.looks import MOST_SHARE, Look
from sources.proposal.meanings import speaking_rows, speaking_share
from sources.proposal.names import rank
from sources.values.columns import LONGEST

_HALF: Final = 0.5
# In whichever way a column's days and times are written.
ANY_FORM: Final = "any"
# Landed columns whose words the guard wants to see recur, or to find in a parameter file.
_RECURRING: Final = frozenset((*(column for _, column, _ in RECURRING_CODES), *LISTED_COLUMNS))


def named_column(
    looks: Iterable[Look], target: Field, record: str, form: str | None = ANY_FORM, days: str | None = ANY_FORM
) -> str | None:
    """The column whose name means a field most surely and whose content fits; times must be written in these forms."""
    named = [(place, look.name, look) for look in looks if (place := rank(look.name, target.name, record)) is not None]
    ordered = sorted(named, key=lambda found: found[:2])
    return next((name for _, name, look in ordered if fits(look, target, form, days)), None)


def speaking_column(looks: Iterable[Look], target: Field) -> str | None:
    """The column whose words are those of a closed vocabulary, whatever its name."""
    for look in looks:
        if look.recurs and look.distinct > 1 and speaking_share(look, target) > MOST_SHARE:
            return look.name
    return None


def fits(look: Look, target: Field, form: str | None = ANY_FORM, days: str | None = ANY_FORM) -> bool:
    """Whether what stands in a column can be this field, where times and days are written in these forms."""
    if not look.filled.len():
        return False
    return _fits_as_time(look, target, form, days) if target.kind.is_time else _fits(look, target)


def _fits_as_time(look: Look, target: Field, form: str | None, days: str | None) -> bool:
    if target.kind is FieldKind.INSTANT:
        known = None if days == ANY_FORM else days
        return look.is_time and (form == ANY_FORM or look.read_share(form, days=known) >= look.enough)
    if target.kind is FieldKind.DAY:
        return _written(look, look.day_formats, days)
    return None in look.months or _written(look, (*look.day_formats, *look.months), days)


def _fits(look: Look, target: Field) -> bool:
    match target.kind:
        case FieldKind.INTEGER:
            return look.is_number if not target.is_ordinal else look.is_integer and _within(look, target)
        case FieldKind.EURO | FieldKind.AMOUNT:
            return look.is_number
        case FieldKind.BOOLEAN:
            return look.is_truth
        case FieldKind.VOCABULARY:
            return speaking_rows(look, target) > _HALF
        case FieldKind.CODE:
            return _is_code(look, target)
        case _:
            return not look.is_time


def _written(look: Look, forms: tuple[str | None, ...], days: str | None) -> bool:
    return bool(forms) and (days == ANY_FORM or look.raw.dtype.is_temporal() or days in forms)


def _within(look: Look, target: Field) -> bool:
    """Whether whole numbers keep to a field's bounds, as years do."""
    if target.least is None or target.most is None:
        return True
    return bool(look.known.cast(int, strict=False).is_between(target.least, target.most).fill_null(False).all())


def _is_code(look: Look, target: Field) -> bool:
    """Whether it holds short words that name nobody, and that recur where the guard wants to see that."""
    longest = int(look.filled.str.len_chars().max() or 0)  # type: ignore[arg-type]
    recurs = look.recurs or target.column not in _RECURRING
    return longest <= LONGEST[FieldKind.CODE] and recurs and not look.is_time and look.is_code_about_somebody is None
