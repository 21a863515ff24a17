"""What the checks make of a claim: its grade drops by one where they speak against it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipelines.estimates.attribution.check import Check
from pipelines.estimates.gates import Verdict
from sources.contract.attribution import AttributionMethod, AttributionState
from sources.contract.claim_words import ClaimState, RefusalReason

_LOWER: Final = {"A": "B", "B": "C", "C": "C"}


def speaks_against(checks: Sequence[Check]) -> bool:
    """Whether the checks speak against a claim: the comparison with other services does, if it can be made, and alone.

    In 27 invented towns of nine kinds whose truth is known (1,005 measures, 959 of which it can judge) the comparison
    doubts none of 854 claims that hold the truth, 79 of 100 that take the tide as well and 88 of 100 of twice the
    truth. Its own interval, which leaves out how far minutes may be off, holds the truth for 79 of 100 there and for 74
    of 100 in the ten towns of the tests; 80 are promised. The service's own past doubts 8 of 100 true
    claims, 12 where all services rise by much, and finds 29 and 70 of 100: trends bend, and a rise of the whole town
    looks like the measure's. Asking both would find 24 and 68 of 100; of claims the past alone can judge it doubts 27
    of 100. So it is told beside the claim and lowers nothing.
    """
    return any(
        one.method == AttributionMethod.GROUP_TIME_DID and one.state == AttributionState.DISAGREES for one in checks
    )


def dropped(verdict: Verdict, checks: Sequence[Check]) -> Verdict:
    """The verdict with every grade one lower where the checks speak against the claim, and with that as the reason.

    What is C already stays C and keeps its reason. A month not yet settled keeps its state.
    """
    if not speaks_against(checks):
        return verdict
    states: list[ClaimState] = []
    reasons: list[RefusalReason | None] = []
    grades: list[str | None] = []
    for state, reason, grade in zip(verdict.states, verdict.reasons, verdict.grades, strict=True):
        lower = None if grade is None else _LOWER[grade]
        is_moved = lower != grade
        states.append(ClaimState.BENEATH if is_moved and state == ClaimState.CLAIMED else state)
        reasons.append(RefusalReason.ATTRIBUTION_DISAGREES if is_moved and state != ClaimState.PROVISIONAL else reason)
        grades.append(lower)
    return Verdict(tuple(states), tuple(reasons), tuple(grades))
