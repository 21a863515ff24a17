"""The bars of `towns.py` on fixed twin towns: over 200 measures, and towns in which nothing was saved."""

from functools import cache

import numpy as np
import pytest

from sources.contract.attribution import AttributionMethod
from tests.pipelines.estimates.doubted import Doubted
from tests.pipelines.estimates.habits import Habits, Nothing
from tests.pipelines.estimates.plain import like_for_like
from tests.pipelines.estimates.towns import BARS, Judged, checked, judged, together
from tests.pipelines.estimates.twins import Town, twin_town

# A town each, so that no bar is met by the easiest kind of town alone.
TOWNS = {
    101: Habits(),
    102: Habits(tide=2.0),
    103: Habits(tide=0.3, season=0.2),
    104: Habits(pairs=8),
    105: Habits(mix_drift=-0.2, volume_change=-0.3),
    106: Habits(types=3, persistence=0.8),
}
# Logs without case types: as few easy cases first as any, easy ones within a type as well, very easy types.
NAMES_NO_TYPES = {
    301: Habits(types_delivered=False),
    302: Habits(types_delivered=False, easy_cases_first=0.2),
    303: Habits(types_delivered=False, easy_types_first=1.6),
}
SAVED_NOTHING = (201, 202, 203, 204)


@cache
def town(seed: int) -> Town:
    return twin_town(seed, TOWNS.get(seed, Nothing()))


@cache
def tried(seed: int) -> tuple[Judged, dict[AttributionMethod, Doubted]]:
    return judged(town(seed)), checked(town(seed))


def published(seed: int) -> Judged:
    return tried(seed)[0]


def doubts(method: AttributionMethod, *seeds: int) -> Doubted:
    first, *rest = (tried(seed)[1][method] for seed in seeds)
    return sum(rest, start=first)


@cache
def every() -> Judged:
    return together(published(seed) for seed in TOWNS)


def test_there_are_enough_measures_to_tell() -> None:
    assert len(every().true) >= 200
    assert every().did_nothing.sum() >= 50


@pytest.mark.parametrize("bar", BARS)
def test_what_is_published_passes(bar: str) -> None:
    least, most = BARS[bar]
    assert least <= every().figures[bar] <= most


def test_the_old_claim_misses_the_bars_on_the_same_towns() -> None:
    old = together(judged(town(seed), like_for_like) for seed in TOWNS)
    assert old.missed() == ["coverage", "ratio", "false_positives"]
    assert old.figures["coverage"] < 0.5
    assert old.figures["ratio"] > 1.5
    assert old.figures["false_positives"] > 0.5


@pytest.mark.parametrize("seed", TOWNS)
def test_the_total_of_a_town_is_near_the_truth(seed: int) -> None:
    (total,) = published(seed).total
    low, high = np.quantile(total, [0.005, 0.995])
    assert low <= published(seed).true.sum() <= high


def test_where_the_log_names_no_case_types_selection_is_neither_forgotten_nor_overdone() -> None:
    """Too wide is no fault here: nobody can know how much of the gap between channels is that easy cases went first."""
    untold = together(judged(twin_town(seed, habits)) for seed, habits in NAMES_NO_TYPES.items())
    assert "ratio" not in untold.missed()
    assert untold.figures["coverage"] >= BARS["coverage"][0]


def test_where_nothing_was_saved_zero_lies_within_the_intervals() -> None:
    nothing = together(published(seed) for seed in SAVED_NOTHING)
    assert nothing.did_nothing.all()
    assert nothing.holds.mean() >= BARS["coverage"][0]
    assert nothing.figures["false_positives"] <= BARS["false_positives"][1]


def test_where_nothing_was_saved_the_sum_of_a_town_holds_zero() -> None:
    assert together(published(seed) for seed in SAVED_NOTHING).sums_held >= 0.75


def test_where_nothing_was_saved_the_old_claim_finds_much() -> None:
    old = judged(town(SAVED_NOTHING[0]), like_for_like)
    assert old.figures["false_positives"] > 0.5
    assert np.quantile(old.total, 0.1) > 0


def test_the_check_that_lowers_grades_hardly_doubts_a_true_claim() -> None:
    found = doubts(AttributionMethod.GROUP_TIME_DID, *TOWNS, *SAVED_NOTHING)
    assert found.asked.mean() >= 0.9
    assert len(found.true) >= 250
    assert found.missed() == []
    # 0.742 here, 0.791 in 27 other towns: short of the 0.8 it says. How far the minutes may be off is not in its
    # interval, as claim and check share them; measures of one town share what its comparisons did by chance.
    assert 0.7 <= found.holds.mean() <= 0.9


def test_the_check_that_lowers_grades_finds_who_claims_the_tide() -> None:
    """Where all rose by much and the measures did nothing, the old claim is false and found; twice the truth is as well."""
    assert doubts(AttributionMethod.GROUP_TIME_DID, *SAVED_NOTHING).tide.mean() >= 0.9
    found = doubts(AttributionMethod.GROUP_TIME_DID, *TOWNS)
    assert found.tide.mean() >= 0.7
    assert found.twice.mean() >= 0.8


def test_the_weaker_check_would_doubt_too_many_true_claims_to_lower_a_grade() -> None:
    """Trends bend: carried forward alone they contradict more true claims than a grade may depend on."""
    found = doubts(AttributionMethod.INTERRUPTED_SERIES, *TOWNS, *SAVED_NOTHING)
    assert found.true.mean() > doubts(AttributionMethod.GROUP_TIME_DID, *TOWNS, *SAVED_NOTHING).true.mean()
    assert found.tide.mean() < 0.6
