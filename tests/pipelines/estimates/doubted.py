"""What the checks beside the claim make of claims whose truth is known: how many true ones they doubt, and false ones.

Three claims are put to each check, over the months it checks: what is published; the same with the tide claimed as well
(like for like, as it was claimed before); and one of twice the truth. The last two are as wide as what is published.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from pipelines.estimates.attribution.check import Check, Claimed, Found, state_of
from pipelines.estimates.savings import Saved
from sources.contract.attribution import AttributionMethod, AttributionState
from tests.pipelines.estimates.tables import measure_id, service_code
from tests.pipelines.estimates.twins import Town

Bools = NDArray[np.bool_]

# Which false alarms are borne, and how many claims of twice the truth ought to be found; of the check that lowers grades.
DOUBT_BARS = {"false alarms": (0.0, 0.10), "twice found": (0.6, 1.0)}


@dataclass(frozen=True)
class Doubted:
    """How a check judged; arrays have one entry per measure it could judge and to which they apply.

    Attributes:
        asked: whether it could judge, one entry per measure.
        holds: whether its own interval holds the truth.
        true: whether it doubts what is published, where that holds the truth.
        tide: whether it doubts the claim that takes the tide as well, where that does not hold the truth.
        twice: whether it doubts twice the truth, where something was saved.
    """

    asked: Bools
    holds: Bools
    true: Bools
    tide: Bools
    twice: Bools

    @property
    def figures(self) -> dict[str, float]:
        """Shares; NaN where nothing can show one."""
        return {
            "checkable": share(self.asked),
            "coverage": share(self.holds),
            "false alarms": share(self.true),
            "tide found": share(self.tide),
            "twice found": share(self.twice),
        }

    def missed(self) -> list[str]:
        """The bars this misses."""
        return [
            name
            for name, (least, most) in DOUBT_BARS.items()
            if not (np.isnan(self.figures[name]) or least <= self.figures[name] <= most)
        ]

    def __add__(self, other: Doubted) -> Doubted:
        return Doubted(*(np.concatenate([getattr(self, one.name), getattr(other, one.name)]) for one in fields(self)))


def share(found: Bools) -> float:
    return float(found.mean()) if len(found) else np.nan


def doubted(town: Town, saved: list[Saved], method: AttributionMethod, *, are_together: bool) -> Doubted:
    """Put the claims of a town to one check.

    Args:
        town: whose truth is known.
        saved: what the program makes of it.
        method: which check.
        are_together: whether the measures of a service share one claim.
    """
    one = Doubted(*(np.zeros(0, bool) for _ in fields(Doubted)))
    by_measure = {measure_id(position): position for position in range(len(town.measures))}
    for claim in saved:
        (check,) = (check for check in claim.checks if check.method == method)
        mine = np.zeros(len(town.measures), bool)
        mine[by_measure[claim.measure_id]] = True
        if are_together:
            mine = np.array([service_code(service) == claim.service_code for service in town.measures.service])
        one = one + _judged(claim, check, town.saved[mine].sum(0) * claim.part)
    return one


def _judged(claim: Saved, check: Check, saved: NDArray[np.float64]) -> Doubted:
    none = np.zeros(0, bool)
    if check.found is None or check.claimed is None or claim.effect is None:
        return Doubted(np.array([False]), none, none, none, none)
    claimed, found = check.claimed, check.found
    true = float(saved[claimed.months].sum())
    like_for_like = float((claim.effect.parts.like_for_like * claim.part)[claimed.months].sum())
    with_tide, twice = _moved(claimed, like_for_like), _moved(claimed, 2 * true)
    return Doubted(
        np.array([True]),
        np.array([found.low <= true <= found.high]),
        np.array([_doubts(claimed, found)]) if _holds(claimed, true) else none,
        none if _holds(with_tide, true) else np.array([_doubts(with_tide, found)]),
        np.array([_doubts(twice, found)]) if true > 0 else none,
    )


def _moved(claimed: Claimed, to: float) -> Claimed:
    by = to - claimed.mean
    return replace(claimed, mean=to, p10=claimed.p10 + by, p50=claimed.p50 + by, p90=claimed.p90 + by)


def _holds(claimed: Claimed, true: float) -> bool:
    return claimed.p10 <= true <= claimed.p90


def _doubts(claimed: Claimed, found: Found) -> bool:
    return state_of(claimed, found) == AttributionState.DISAGREES
