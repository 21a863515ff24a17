"""Which column of an unknown file can be a field of the contract: its name says so, and what stands in it fits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sources.contract.records import Field, FieldKind
from sources.proposal.looks import MOST_SHARE, NEARLY_ALL, Look
from sources.proposal.meanings import recognised_share, speaking_share
from sources.proposal.words import rank
from sources.values.columns import LONGEST

_HALF: Final = 0.5


def named_column(looks: Iterable[Look], target: Field, form: str | None = None) -> str | None:
    """The column whose name means a field most surely and whose content fits; times must be written in this form."""
    named = [(place, look.name, look) for look in looks if (place := rank(look.name, target.name)) is not None]
    ordered = sorted(named, key=lambda found: found[:2])
    return next((name for _, name, look in ordered if _fits(look, target, form)), None)


def speaking_column(looks: Iterable[Look], target: Field) -> str | None:
    """The column whose words are those of a closed vocabulary, whatever its name."""
    for look in looks:
        if look.recurs and look.distinct > 1 and speaking_share(look, target) > MOST_SHARE:
            return look.name
    return None


def _fits(look: Look, target: Field, form: str | None) -> bool:
    if not look.filled.len():
        return False
    match target.kind:
        case FieldKind.INSTANT:
            return look.is_time and (form is None or look.read_share(form) >= NEARLY_ALL)
        case FieldKind.DAY | FieldKind.MONTH:
            return look.is_time
        case FieldKind.INTEGER:
            return look.is_integer
        case FieldKind.EURO | FieldKind.AMOUNT:
            return look.is_amount or look.is_integer
        case FieldKind.VOCABULARY:
            return recognised_share(look, target) > _HALF
        case FieldKind.CODE:
            return _is_code(look)
        case _:
            return not look.is_time


def _is_code(look: Look) -> bool:
    """Whether it holds short words that recur and name nobody."""
    longest = int(look.filled.str.len_chars().max() or 0)  # type: ignore[arg-type]
    return (
        longest <= LONGEST[FieldKind.CODE] and look.recurs and not look.is_time and look.is_text_about_somebody is None
    )
