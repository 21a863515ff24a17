"""What the words of a column mean in a closed vocabulary, as far as lists of common words tell."""

from __future__ import annotations

from dataclasses import dataclass

from sources.contract.records import Field
from sources.door.admitted import LISTED_FROM, LISTED_LENGTH
from sources.proposal.looks import Look
from sources.proposal.words import MEANINGS, squeezed
from sources.values.nothing import WORDS


@dataclass(frozen=True)
class Meanings:
    """What was found of one column.

    Attributes:
        known: words whose meaning is known and is not the word itself; words that say nothing mean "".
        unknown: words that recur and whose meaning is not known; a rare one could be somebody's name.
    """

    known: dict[str, str]
    unknown: tuple[str, ...] = ()


def meanings_of(look: Look, target: Field) -> Meanings:
    """What a column's words mean for a field."""
    said = () if target.required else look.nothings
    # The door knows most of these words by itself.
    nothing = dict.fromkeys((word for word in said if word.lower() not in WORDS.get(target.kind, ())), "")
    if not target.vocabulary:
        return Meanings(nothing)
    known: dict[str, str] = {}
    unknown: list[str] = []
    for word, count in sorted(look.filled.value_counts().rows()):
        if str(word).lower() in target.vocabulary:
            continue
        if meant := meaning(str(word), target):
            known[str(word)] = meant
        elif count >= LISTED_FROM and len(word) <= LISTED_LENGTH and "@" not in word and word.isprintable():
            unknown.append(str(word))
    return Meanings(known | nothing, tuple(unknown))


def speaking_rows(look: Look, target: Field) -> float:
    """The share of all rows whose word says something in a vocabulary; a word that means unknown says nothing."""
    if not look.filled.len():
        return 0.0
    rows = look.filled.value_counts().rows()
    known = sum(count for word, count in rows if meant_by(str(word), target) not in (None, target.fallback))
    return known / look.filled.len()


def speaking_share(look: Look, target: Field) -> float:
    """The share of rows whose word a vocabulary knows, words that only mean that nothing is known left out of both."""
    rows = [(meant_by(str(word), target), count) for word, count in look.filled.value_counts().rows()]
    speaking = sum(count for meant, count in rows if meant != target.fallback)
    known = sum(count for meant, count in rows if meant not in (None, target.fallback))
    return known / speaking if speaking else 0.0


def meant_by(word: str, target: Field) -> str | None:
    """The word of the vocabulary that is written or meant, None when no list says so."""
    return word.lower() if word.lower() in target.vocabulary else meaning(word, target)


def meaning(word: str, target: Field) -> str | None:
    """What a word means in a field's vocabulary, None when no list says so."""
    meant = MEANINGS.get(target.name, {}).get(squeezed(word))
    return meant if meant in target.vocabulary else None
