"""Which activities of an unknown log are receipt and decision: most systems do not say, but pages need it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from sources.landing.profile import MOST_VARIETY, variety

Records = Mapping[str, pl.DataFrame]
_MOST: Final = 0.8
_MOST_CODES: Final = 500
_DECIDES: Final = re.compile(
    r"bescheid|entscheid|genehmig|bewillig|ablehn|abgelehnt|versag|erteil|decid|decision|approv|reject|grant|refus|deny"
    r"|denied|accept|declin|withdraw|abweis|abgewies|zur(ü|ue)ckge(nommen|zogen)|r(ü|ue)cknahme",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ActivityRoles:
    """The activities of a log, and what some of them are.

    Attributes:
        activities: those that recur, the most frequent first.
        intake: with which the case is received.
        decisions: with which it is decided.
        asks_intake: whether nothing else says when a case was received.
        asks_decision: whether nothing else says when it was decided.
    """

    activities: tuple[str, ...]
    intake: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    asks_intake: bool = True
    asks_decision: bool = True


def roles_of(records: Records, columns: set[str]) -> ActivityRoles | None:
    """What the activities of the records seem to be, given the fields that are mapped; None when there are none."""
    if "events" not in records:
        return None
    events = records["events"]
    activities = tuple(frequent_values(events["activity"]))
    asks_intake, asks_decision = "received_at" not in columns, "closed_at" not in columns
    first = _firsts(events) if asks_intake else ()
    decisions = tuple(activity for activity in activities if _DECIDES.search(activity) and activity not in first)
    return ActivityRoles(
        activities,
        tuple(activity for activity in first if activity in activities),
        decisions if asks_decision else (),
        asks_intake,
        asks_decision,
    )


def frequent_values(values: pl.Series) -> list[str]:
    """The words of a column that repeats itself, the most frequent first; none of one that may hold names."""
    known = values.drop_nulls()
    if variety(known.to_frame().lazy()) > MOST_VARIETY:
        return []
    counts = known.value_counts(name="count").sort("count", known.name, descending=[True, False])
    return counts[known.name].head(_MOST_CODES).to_list()


def _firsts(events: pl.DataFrame) -> tuple[str, ...]:
    """The activity with which most cases begin."""
    ordered = events.sort("occurred_at", "position", maintain_order=True)
    begun = ordered.group_by("case_id", maintain_order=True).first()["activity"]
    activity, count = begun.value_counts(sort=True).row(0)
    return (activity,) if count >= _MOST * begun.len() else ()
