"""The parts of what was saved: the golden decomposition, that parts add up, and that people are neither lost nor made."""

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logit

from pipelines.estimates.effects import online_without
from pipelines.estimates.levels import level_of
from pipelines.estimates.minutes import minutes_of
from pipelines.estimates.panel import CHANNELS, panel
from pipelines.estimates.service import effects, tide
from pipelines.estimates.stages import claim, stages_of
from pipelines.estimates.tide import Path, Spread
from tests.pipelines.estimates.tables import month_of
from tests.pipelines.estimates.traps import (
    COHORTS,
    LIVE,
    MONTHS,
    SERVICE,
    WENT_LIVE,
    always,
    measure,
    since,
    takes,
    trap,
    with_minutes,
)
from tests.pipelines.estimates.traps import minutes as table_of_minutes

DRAWS = 20
USED = CHANNELS[:3]


def test_the_golden_decomposition() -> None:
    """A thousand cases a month become 1,200; of ten letters nine, then six; minutes 30 and 12, then 31 and 10. Counted
    minutes 28,200 → 27,120, raw 1,080; volume 200 × 28.2 = 5,640; like for like 1,200 × 28.2 − 27,120 = 6,720, of it by
    channel 360 fewer letters × 18 = 6,480 and by efficiency 720 × (30 − 31) + 480 × (12 − 10) = 240."""
    town = with_minutes(
        trap(since(LIVE, always(online=100, post=900), always(online=480, post=720))),
        takes("post", 31, since_on=WENT_LIVE),
        takes("online", 10, since_on=WENT_LIVE),
    )
    month = town.found().month(MONTHS - 1)
    parts = {
        name: month[f"{name}_minutes"] for name in ("before", "after", "volume", "mix", "like_for_like", "efficiency")
    }
    assert parts == {
        "before": 28200,
        "after": 27120,
        "volume": 5640,
        "mix": 0,
        "like_for_like": 6720,
        "efficiency": 240,
    }
    assert parts["before"] - parts["after"] == 1080
    assert parts["like_for_like"] - parts["efficiency"] == 6480
    assert month["p10"] <= 6720 <= month["p90"]


@settings(max_examples=40, deadline=None)
@given(
    counts=st.lists(st.integers(0, 30), min_size=8 * 2 * len(USED), max_size=8 * 2 * len(USED)),
    old=st.lists(st.floats(1, 90), min_size=2 * len(USED), max_size=2 * len(USED)),
    new=st.lists(st.floats(1, 90), min_size=2 * len(USED), max_size=2 * len(USED)),
    is_pair=st.booleans(),
)
def test_parts_add_up_whatever_came(counts: list[int], old: list[float], new: list[float], is_pair: bool) -> None:
    """after − before = volume + mix − like for like, and both ends are the minutes counted, of one measure or of two."""
    quarter = np.array(counts).reshape(8, 2, len(USED))
    # Twelve months of each quarter's kind; the first year has every cell, so that nothing is left out or unpriced.
    cases = quarter[np.arange(48) // 6] + (np.arange(48) < LIVE)[:, None, None]
    found = _effects(cases, old, new, is_pair)
    whole = [
        sum(getattr(one.parts, name) for one in found) for name in ("before", "after", "volume", "mix", "like_for_like")
    ]
    before, after, volume, mix, like_for_like = whole
    assert after - before == pytest.approx(volume + mix - like_for_like, abs=1e-9)
    last, base = cases[-1], cases[LIVE - 12 : LIVE].sum(0)
    cell_old, cell_new = (np.array(one).reshape(2, len(USED)) for one in (old, new))
    assert after[-1] == pytest.approx((last * cell_new).sum(), abs=1e-9)
    assert before[-1] == pytest.approx((base * cell_old).sum() / 12, abs=1e-9)
    share = base / base.sum(1, keepdims=True)
    channel = (last.sum(1, keepdims=True) * share * cell_old - last * cell_old).sum()
    assert like_for_like[-1] == pytest.approx(channel + (last * (cell_old - cell_new)).sum(), abs=1e-9)


def _effects(cases, old: list[float], new: list[float], is_pair: bool):
    months, kinds, ways = np.nonzero(cases)
    received = cases[months, kinds, ways]
    cohorts = pl.DataFrame(
        {
            "service_code": [SERVICE] * len(received),
            "case_type": [f"type {kind}" for kind in kinds],
            "intake_channel": [USED[way] for way in ways],
            "month": [month_of(int(month)) for month in months],
            "received_cases": received,
            "decided_cases": received,
            "evidence_grade": [None] * len(received),
        },
        COHORTS,
    )
    town = panel(cohorts, month_of(48))
    cells = [(way, f"type {kind}") for kind in range(2) for way in USED]
    rows = [takes(way, mean, kind) for (way, kind), mean in zip(cells, old, strict=True)]
    rows += [takes(way, mean, kind, since_on=WENT_LIVE) for (way, kind), mean in zip(cells, new, strict=True)]
    minutes = minutes_of(table_of_minutes(*rows).filter(pl.col("case_type") != "all"))
    measures = [measure(), measure(month_of(42), "M2")][: 1 + is_pair]
    stages = stages_of([claim(row, town) for row in measures], 48)
    (service,) = town.services
    level = level_of(service, np.arange(48) < LIVE)
    rng = np.random.default_rng(1)
    flat = tide([Spread(0.01, 0.1, 0.5)], [Path(np.zeros(48), np.zeros((48, 48)))], 1.0, rng, DRAWS)
    drifts = [np.ones((DRAWS, 48, len(CHANNELS)))] * len(stages)
    return effects(service, stages, level, minutes, town.months, flat, drifts, rng)


@pytest.mark.parametrize("cases", [1, 3, 10, 100])
@pytest.mark.parametrize(("now", "without"), [(0.3, 0.3), (0.6, 0.3), (0.3, 0.6), (0.9, 0.2), (0.1, 0.02), (0.0, 0.3)])
def test_whoever_would_have_come_online_is_expected_at_the_other_level(cases: int, now: float, without: float) -> None:
    """Towns with few cases a month get the share of the other level on the average, not a tenth more of it."""
    rng = np.random.default_rng(1)
    online = rng.binomial(cases, now, 4000)[:, None]
    levels = np.full((100, 4000), logit(without))
    drawn = online_without(np.full_like(online, cases), online, levels, np.zeros(1), rng)
    assert drawn.min() >= 0
    assert drawn.max() <= cases
    assert drawn.mean() / cases == pytest.approx(without, abs=0.008)


def test_at_the_same_level_hardly_anybody_moves() -> None:
    """With the share known from many cases the very same people come online."""
    rng = np.random.default_rng(1)
    drawn = online_without(np.array([[10_000]]), np.array([[3_000]]), np.full((500, 1), logit(0.3)), np.zeros(1), rng)
    assert abs(drawn - 3_000).max() < 300


def test_case_types_are_taken_out_of_the_level() -> None:
    """Type a comes online in 8 of 10 cases, type b in 2; whatever their mix, the level of the service is the same."""
    rows = [
        {"service_code": SERVICE, "case_type": kind, "intake_channel": way, "month": month_of(month)}
        | {"received_cases": count, "decided_cases": count}
        for month, (a, b) in enumerate(((100, 100), (180, 20), (20, 180)))
        for kind, way, count in (
            ("a", "online", a * 8 // 10),
            ("a", "post", a * 2 // 10),
            ("b", "online", b * 2 // 10),
            ("b", "post", b * 8 // 10),
        )
    ]
    (service,) = panel(pl.DataFrame(rows, COHORTS), dt.date(2021, 4, 1)).services
    level = level_of(service, np.array([True, True, True]))
    assert np.ptp(level.level) < 0.02
    assert np.diff(level.offsets)[0] == pytest.approx(2 * logit(0.2), abs=0.05)


def test_a_type_that_grows_more_frequent_in_a_tide_is_not_more_inclined() -> None:
    """In the first year 20 of 100 come online, in the second 80, of either type; b grows from 10 to 90 of 100 cases. Over
    both years 26 of 100 of a came online and 74 of b, though they never differed."""
    rows = [
        {"service_code": SERVICE, "case_type": kind, "intake_channel": way, "month": month_of(month)}
        | {"received_cases": count, "decided_cases": count}
        for month in range(24)
        for kind, cases in (("a", 900 if month < 12 else 100), ("b", 100 if month < 12 else 900))
        for way, share in (("online", 20 if month < 12 else 80), ("post", 80 if month < 12 else 20))
        for count in (cases * share // 100,)
    ]
    (service,) = panel(pl.DataFrame(rows, COHORTS), month_of(24)).services
    assert np.ptp(level_of(service, np.ones(24, bool)).offsets) < 0.05


def test_a_month_is_not_believed_more_because_it_came_out_nearer_to_a_half() -> None:
    """Of 20 cases a month 16 truly come online, by chance 12 to 20: the mean of the levels, each by what it is believed,
    is their plain mean; believed by its own share it would lie 0.15 nearer to a half."""
    rng = np.random.default_rng(1)
    came = rng.binomial(20, 0.8, 1200)
    rows = [
        {"service_code": SERVICE, "case_type": "a", "intake_channel": way, "month": month_of(month)}
        | {"received_cases": count, "decided_cases": count}
        for month, online in enumerate(came.tolist())
        for way, count in (("online", online), ("post", 20 - online))
        if count
    ]
    (service,) = panel(pl.DataFrame(rows, COHORTS), month_of(1200)).services
    level = level_of(service, np.ones(1200, bool))
    believed = 1 / level.variance
    plain, weighted = level.level.mean(), level.level @ believed / believed.sum()
    assert weighted == pytest.approx(plain, abs=0.03)
