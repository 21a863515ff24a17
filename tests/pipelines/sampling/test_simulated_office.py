"""Minutes measured in offices whose true minutes are known: the 95 % interval holds the truth about that often."""

import datetime as dt
import math
from fractions import Fraction

import numpy as np
import pytest

from pipelines.sampling.plan import Wish, drawn, parts
from pipelines.sampling.shares import shares
from tests.pipelines.sampling.office import (
    AWAY,
    COUNTER,
    DAYS,
    LETTERS,
    MINUTES_A_DAY,
    OBJECTIONS,
    PEOPLE,
    TRUE_MINUTES,
    Offices,
    lived,
)

OFFICES = 400
OPEN = [
    dt.datetime(2027, 1, 1, 8, 0, tzinfo=dt.UTC) + dt.timedelta(days=day, minutes=minute)
    for day in range(DAYS)
    for minute in range(MINUTES_A_DAY)
]
PARTS = np.array(parts(65))
PLACE = {instant: minute for minute, instant in enumerate(OPEN)}


@pytest.fixture(scope="module")
def offices() -> Offices:
    return lived(OFFICES, seed=1)


@pytest.fixture(scope="module")
def walked(offices: Offices) -> list[np.ndarray]:
    """What the rounds of a plan of its own see in each office (rounds × 5)."""
    found = []
    for number in range(OFFICES):
        instants = drawn(OPEN, Wish(Fraction(5), PEOPLE, seed=number), "office")
        found.append(offices.seen(number, np.array([PLACE[instant] for instant in instants])))
    return found


def held(offices: Offices, walked: list[np.ndarray], told: int | None, present: bool = False) -> np.ndarray:
    """How often the interval of each kind of work holds its true minutes."""
    inside = np.zeros(3)
    for number, marks in enumerate(walked):
        staff = marks.sum(1)
        if present:
            # The absent are no part of the group: it has another size in each round.
            marks, staff = marks[:, :AWAY], staff - marks[:, AWAY]
        found = shares(marks, staff, PARTS, len(OPEN), told)
        cases = offices.finished[number]
        low, high = (bound[:3] * found.staffed_minutes / cases for bound in (found.low, found.high))
        inside += (low <= TRUE_MINUTES) & (high >= TRUE_MINUTES)
    return inside / OFFICES


def test_the_interval_holds_the_true_minutes(offices: Offices, walked: list[np.ndarray]) -> None:
    rate = held(offices, walked, None)
    assert ((rate >= 0.90) & (rate <= 0.98)).all(), rate


def test_it_does_so_with_minutes_of_duty_that_are_told(offices: Offices, walked: list[np.ndarray]) -> None:
    rate = held(offices, walked, PEOPLE * len(OPEN))
    assert ((rate >= 0.90) & (rate <= 0.98)).all(), rate


def test_it_does_so_with_a_group_of_another_size_in_each_round(offices: Offices, walked: list[np.ndarray]) -> None:
    rate = held(offices, walked, None, present=True)
    assert ((rate >= 0.90) & (rate <= 0.98)).all(), rate


def test_the_error_is_what_such_samples_differ_by(offices: Offices, walked: list[np.ndarray]) -> None:
    minutes, errors = [], []
    for number, marks in enumerate(walked):
        found = shares(marks, marks.sum(1), PARTS, len(OPEN), None)
        minutes.append(found.worked_minutes[:3] / offices.finished[number])
        errors.append(found.worked_error[:3] / offices.finished[number])
    spread, told = np.std(minutes, axis=0), np.sqrt(np.mean(np.square(errors), axis=0))
    assert np.abs(np.mean(minutes, axis=0) / TRUE_MINUTES - 1).max() < 0.03
    assert told / spread == pytest.approx([1, 1, 1], abs=0.15)


def test_single_observations_would_promise_too_much(offices: Offices, walked: list[np.ndarray]) -> None:
    """What the naive binomial says of visits, which come in rushes: that clustering matters in this office."""
    inside = 0
    for number, marks in enumerate(walked):
        total = marks.sum()
        share = marks[:, COUNTER].sum() / total
        half = 1.96 * math.sqrt(share * (1 - share) / total)
        scale = PEOPLE * len(OPEN) / offices.finished[number, COUNTER]
        inside += (share - half) * scale <= TRUE_MINUTES[COUNTER] <= (share + half) * scale
    assert inside / OFFICES < 0.90


def test_the_design_effect_tells_work_that_comes_in_rushes(walked: list[np.ndarray]) -> None:
    effects = np.mean([shares(marks, marks.sum(1), PARTS, len(OPEN), None).design_effect for marks in walked], axis=0)
    assert effects[COUNTER] > 2
    assert effects[OBJECTIONS] < 1.2
    assert effects[LETTERS] > effects[OBJECTIONS]
