"""Words by which a system says that there is no value: "k. A.", "NULL", or "offen" where a day should stand."""

from __future__ import annotations

from typing import Final

import polars as pl

from sources.contract.fields import FieldKind
from sources.values.spelling import trimmed

# Of every kind but labels and closed vocabularies, where such a word is a value like any other.
ABSENT: Final = frozenset((
    "-", "--", "---", "–", "—", "null", "<null>", "n/a", "#n/a", "#n/v", "#nv", "k.a.", "k. a.", "k.a", "keine angabe",
))  # fmt: skip
# What a number of a case or a record is not called, though a code may be.
NO_REFERENCE: Final = ABSENT | frozenset(("unbekannt", "nicht bekannt", "unknown", "entfällt", "nicht vergeben"))
# What a column nobody described may write for nothing; of a declared one a code may well be called so.
UNTOLD: Final = ABSENT | frozenset(("?", "na", "nan", "none", "nil"))
# What a code may well be called, but no time, number or truth.
NO_NUMBER: Final = UNTOLD | frozenset((
    "offen", "noch offen", "unbekannt", "nicht bekannt", "ausstehend", "ohne",
    "keine", "entfällt", "leer",
))  # fmt: skip
WORDS: Final[dict[FieldKind, frozenset[str]]] = {
    FieldKind.CODE: ABSENT,
    FieldKind.REFERENCE: NO_REFERENCE,
    **{kind: NO_NUMBER for kind in FieldKind if kind.is_time},
    **dict.fromkeys((FieldKind.INTEGER, FieldKind.EURO, FieldKind.AMOUNT, FieldKind.BOOLEAN), NO_NUMBER),
}


def nothings(raw: pl.Series, kind: FieldKind) -> pl.Series | None:
    """Per value the word by which it says that there is none, null elsewhere; None where no value does."""
    if raw.dtype != pl.String or kind not in WORDS:
        return None
    text = trimmed(raw)
    says_so = text.str.to_lowercase().is_in(list(WORDS[kind])).fill_null(False)
    return text.set(~says_so, None) if says_so.any() else None
