"""What a claim is made of, kept for years: it adds up, and no few cases can be computed from it."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pipelines.ledger.components import TOGETHER, components_of

LEAST = 10
TYPES, CHANNELS = ("a", "b", "c"), ("online", "post", "counter")
Counts = dict[tuple[str, str], int]


def cells_of(counts: Counts) -> list[dict[str, object]]:
    """Cells of a month, each with half an hour saved for each of its cases."""
    return [
        {
            "service_code": "s", "case_type": kind, "intake_channel": way, "baseline_cases": 100, "received_cases": cases,
            "cases_without": float(cases), "cases_with": float(cases), "minutes_without": Decimal(30),
            "minutes_after": Decimal(30), "channel_effect_hours": cases / 2, "efficiency_effect_hours": 0.0,
            "assumption_id_without": "x", "assumption_id_after": "x", "is_small_cell": cases < LEAST,
            "is_small_baseline_cell": False,
        }
        for (kind, way), cases in counts.items()
    ]  # fmt: skip


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(TYPES), st.sampled_from(CHANNELS)), st.integers(1, 60), min_size=1, max_size=9
    )
)
def test_who_knows_every_total_computes_no_few_cases(counts: Counts) -> None:
    """With the totals of types and channels: what is left of a line is more than one cell, or one of its own."""
    parts = components_of(cells_of(counts), Decimal(sum(counts.values())) / 2)
    assert sum(part.value for part in parts) == Decimal(sum(counts.values())) / 2
    told = {(part.case_type, part.intake_channel): part.actual_cases for part in parts if part.case_type != TOGETHER}
    assert all(cases >= LEAST for cases in told.values() if cases is not None)
    for axis in (0, 1):
        left: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
        for place, cases in counts.items():
            if place not in told:
                left[place[axis]][place] = cases
        for line, mine in left.items():
            is_all_held = all(place in mine for place in counts if place[axis] == line)
            assert is_all_held or (len(mine) > 1 and sum(mine.values()) >= LEAST), (line, mine, told)


def test_shares_are_told_of_types_that_are_told_whole() -> None:
    parts = components_of(
        cells_of({("a", "online"): 20, ("a", "post"): 3, ("b", "online"): 30, ("b", "post"): 40}), Decimal(1)
    )
    told = {(part.case_type, part.intake_channel): part for part in parts}
    assert set(told) == {("b", "online"), ("other", "other")} or set(told) == {(TOGETHER, TOGETHER)}
    assert all(part.actual_share is None for part in parts), "of each type something is held back"
