"""Which columns of an unknown file are case number, activity and time: by their names, else by what stands in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from sources.proposal.looks import Look, varies_within
from sources.proposal.names import hinted, rank
from sources.proposal.words import PERSONS_NUMBER, personal_word, spaced

# How sure a candidate is: its name is known, its name is of that kind, or only its content fits.
KNOWN, OF_THAT_KIND, PERSONS, CONTENT = 3.0, 2.0, 1.5, 1.0
_MOST_ACTIVITIES: Final = 200
_MOST_VARIETY: Final = 0.9
_MOSTLY_FILLED: Final = 0.9
CASE_TIMES: Final = ("received_at", "closed_at", "due_at")


@dataclass(frozen=True)
class Pick:
    """A column picked for a field, why, and whether nobody needs to be asked.

    Attributes:
        joined: further columns that make the number together with the first.
    """

    column: str
    why: str
    is_sure: bool
    joined: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns it is made of."""
        return (self.column, *self.joined)


def event_pair(
    looks: Mapping[str, Look], named_case: str | None, named_activity: str | None
) -> tuple[Pick | None, Pick | None]:
    """Case number and activity, chosen together: in a log the activities of a case differ."""
    cases = {named_case: KNOWN} if named_case else _worths(looks, _worth_as_case)
    activities = {named_activity: KNOWN} if named_activity else _worths(looks, _worth_as_activity)
    pairs = [(c, a) for c in cases for a in activities if c != a]
    if not pairs:
        # One of them is there at most; a person names the other.
        return _best(cases, named_case), _best({a: w for a, w in activities.items() if a not in cases}, named_activity)

    def worth(pair: tuple[str, str]) -> tuple[bool, bool, float, float]:
        case, activity = pair
        total = cases[case] + activities[activity]
        varies = varies_within(looks[case].text, looks[activity].text)
        is_known = min(cases[case], activities[activity]) > OF_THAT_KIND
        return is_known, varies > 1, total, varies

    case, activity = max(pairs, key=worth)
    return _picked(case, cases, named_case), _picked(activity, activities, named_activity)


def case_column(looks: Mapping[str, Look], named: str | None) -> str | None:
    """The column that by its name holds case numbers, None when no name says so."""
    if named:
        return named
    known = {name: worth for name, look in looks.items() if (worth := _worth_as_case(look)) >= OF_THAT_KIND}
    return max(known, key=lambda name: known[name], default=None)


def case_times(looks: Mapping[str, Look]) -> dict[str, str]:
    """Per instant of a case the column whose name says so."""
    found: dict[str, str] = {}
    for target in CASE_TIMES:
        named = [(place, n) for n, look in looks.items() if look.is_time and (place := rank(n, target)) is not None]
        if named:
            found[target] = min(named)[1]
    return found


def time_column(looks: Mapping[str, Look], taken: set[str]) -> Pick | None:
    """The column that says when something happened."""
    times = [name for name, look in looks.items() if look.is_time and name not in taken]
    named = sorted((place, name) for name in times if (place := rank(name, "occurred_at")) is not None)
    if named:
        return Pick(named[0][1], "by its name", True)
    others = {*case_times(looks).values(), *(name for name in times if hinted(name, "started_at"))}
    left = [name for name in times if name not in others] or times
    of_that_kind = [name for name in left if hinted(name, "occurred_at")]
    if not left:
        return None
    if len(left) == 1:
        return Pick(left[0], "the only such time", True)
    return Pick(
        (of_that_kind or left)[0], "by its name" if of_that_kind else "by what stands in it", len(of_that_kind) == 1
    )


def event_number(looks: Mapping[str, Look], case: str) -> Pick | None:
    """The column that numbers the events, by which an event can be corrected; with its case where events have several.

    Numbers that run from 1 in each file are none: the first event of the next file would replace this one's.
    """
    named = sorted((place, name) for name in looks if (place := rank(name, "record_ref")) is not None and name != case)
    for _, name in named:
        look = looks[name]
        if look.filled.len() < look.raw.len() or _runs_from_one(look):
            continue
        together = pl.DataFrame({"number": look.text, "case": looks[case].text})
        if name == "ocel:event" and together.n_unique() == together.height:
            return Pick(name, "an event of several cases stands in each", True, (case,))
        if look.variety == 1:
            return Pick(name, "by its name: an event can be corrected", True)
    return None


def _runs_from_one(look: Look) -> bool:
    if not look.is_integer:
        return False
    numbers = look.filled.cast(pl.Int64, strict=False)
    return numbers.min() in (0, 1) and numbers.max() in (numbers.len(), numbers.len() - 1)


def _worths(looks: Mapping[str, Look], worth_of: object) -> dict[str, float]:
    worths = {name: worth_of(look) for name, look in looks.items()}  # type: ignore[operator]
    return {name: worth for name, worth in worths.items() if worth > 0}


def _worth_as_case(look: Look) -> float:
    if look.is_time or look.is_text_about_somebody or not _is_filled(look):
        return 0.0
    if (place := rank(look.name, "case_ref")) is not None:
        return KNOWN + 1 - place / 100
    if PERSONS_NUMBER.intersection(spaced(look.name).split()):
        return PERSONS if look.variety < _MOST_VARIETY else 0.0
    if personal_word(look.name) or look.is_amount or look.is_lifecycle or look.is_truth:
        return 0.0
    if hinted(look.name, "case_ref"):
        return OF_THAT_KIND
    return CONTENT if look.distinct > 1 and look.variety < _MOST_VARIETY else 0.0


def _worth_as_activity(look: Look) -> float:
    if look.is_time or look.is_amount or look.is_lifecycle or look.is_text_about_somebody or not _is_filled(look):
        return 0.0
    if (place := rank(look.name, "activity")) is not None:
        return KNOWN + 1 - place / 100
    if personal_word(look.name) or not look.recurs or not 1 < look.distinct <= _MOST_ACTIVITIES:
        return 0.0
    if look.variety > _MOST_VARIETY or hinted(look.name, "case_ref") or look.is_truth:
        return 0.0
    if hinted(look.name, "activity"):
        return OF_THAT_KIND
    return CONTENT / 2 if look.is_integer else CONTENT


def _is_filled(look: Look) -> bool:
    return look.filled.len() > _MOSTLY_FILLED * look.raw.len()


def _picked(column: str, worths: Mapping[str, float], named: str | None) -> Pick:
    worth = worths[column]
    if named:
        return Pick(column, "as you said", True)
    if worth >= KNOWN:
        return Pick(column, "by its name", True)
    alone = sum(other >= OF_THAT_KIND for other in worths.values()) == 1
    if worth >= OF_THAT_KIND:
        return Pick(column, "by its name", alone)
    return Pick(column, "by what stands in it", False)


def _best(worths: Mapping[str, float], named: str | None) -> Pick | None:
    column = max(worths, key=lambda name: worths[name], default=None)
    return _picked(column, worths, named) if column is not None else None
