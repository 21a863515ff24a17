"""Shares and their errors, by hand."""

import numpy as np
import pytest

from pipelines.sampling.shares import shares


def counted(work: list[int], staff: list[int], parts: list[int], told: int | None, open_minutes: int = 1000):
    """Shares of one kind of work and of everything else."""
    marks = np.array([[seen, people - seen] for seen, people in zip(work, staff, strict=True)])
    return shares(marks, np.array(staff), np.array(parts), open_minutes, told)


class TestByHand:
    """Four rounds of five people in two parts; 2, 1, 3, 2 of them were at the work."""

    def test_share_and_minutes(self) -> None:
        found = counted([2, 1, 3, 2], [5, 5, 5, 5], [0, 0, 1, 1], None)
        assert found.observations == 20
        assert found.seen.tolist() == [8, 12]
        assert found.share == pytest.approx([0.4, 0.6])
        # 1000 open minutes of five people; two of them at a time, on average, were at the work.
        assert found.staffed_minutes == pytest.approx(5000)
        assert found.worked_minutes == pytest.approx([2000, 3000])

    def test_error(self) -> None:
        found = counted([2, 1, 3, 2], [5, 5, 5, 5], [0, 0, 1, 1], None)
        # In each part the two differ by 1: 2 · (0.25 + 0.25) = 1 a part, 2 in all, over 20² gives 0.005.
        assert found.standard_error[0] ** 2 == pytest.approx(0.005)
        assert found.worked_error[0] == pytest.approx(353.5534, abs=1e-4)
        # A single observation: 0.4 · 0.6 / 20 = 0.012.
        assert found.design_effect[0] == pytest.approx(0.005 / 0.012)

    def test_interval(self) -> None:
        found = counted([2, 1, 3, 2], [5, 5, 5, 5], [0, 0, 1, 1], None)
        # n / deff = 48, t of 4 − 2 rounds = 4.302653: (0.4 + 18.512821/96) / (1 + 18.512821/48) = 0.427833,
        # 4.302653 / 1.385684 · √(0.24/48 + 18.512821/9216) = 3.105075 · 0.083718 = 0.259952.
        assert found.low[0] == pytest.approx(0.427833 - 0.259952, abs=2e-6)
        assert found.high[0] == pytest.approx(0.427833 + 0.259952, abs=2e-6)

    def test_told_minutes_and_groups_of_another_size(self) -> None:
        found = counted([1, 3], [4, 6], [0, 0], 10_000)
        # p = 4/10. Off the expected 1.6 and 2.4: −0.6 and 0.6; 2 · 0.72 / 10² = 0.0144, its root 0.12.
        assert found.share[0] == pytest.approx(0.4)
        assert found.standard_error[0] == pytest.approx(0.12)
        assert found.worked_minutes[0] == pytest.approx(4000)
        assert found.worked_error[0] == pytest.approx(1200)

    def test_minutes_of_the_group_as_it_was_seen(self) -> None:
        found = counted([1, 3], [4, 6], [0, 0], None)
        # Two at the work on average, which differ by 2: 1000 · √(2 · 2 / 2²) = 1000.
        assert found.worked_minutes[0] == pytest.approx(2000)
        assert found.worked_error[0] == pytest.approx(1000)


class TestParts:
    def test_what_differs_between_parts_is_no_error(self) -> None:
        """Mornings at the counter, afternoons not: each part was seen, so that is no chance."""
        found = counted([4, 4, 4, 5, 0, 0, 1, 0], [5] * 8, [0, 0, 0, 0, 1, 1, 1, 1], None)
        whole = counted([4, 4, 4, 5, 0, 0, 1, 0], [5] * 8, [0] * 8, None)
        assert found.standard_error[0] < whole.standard_error[0] / 3

    def test_a_lone_round_goes_with_the_next_part(self) -> None:
        lone = counted([2, 1, 3, 2, 4], [5] * 5, [0, 1, 1, 2, 2], None)
        joined = counted([2, 1, 3, 2, 4], [5] * 5, [0, 0, 0, 1, 1], None)
        assert lone.standard_error.tolist() == joined.standard_error.tolist()
        assert lone.low.tolist() == joined.low.tolist()

    def test_a_lone_last_round_goes_with_the_part_before(self) -> None:
        lone = counted([2, 1, 3, 2, 4], [5] * 5, [0, 0, 1, 1, 2], None)
        joined = counted([2, 1, 3, 2, 4], [5] * 5, [0, 0, 1, 1, 1], None)
        assert lone.standard_error.tolist() == joined.standard_error.tolist()

    def test_rounds_of_nothing_but_lone_ones_are_all_told_apart(self) -> None:
        lone = counted([2, 1, 3], [5] * 3, [0, 1, 2], None)
        joined = counted([2, 1, 3], [5] * 3, [0, 0, 0], None)
        assert lone.standard_error.tolist() == joined.standard_error.tolist()


def test_rounds_that_all_agree_prove_nothing() -> None:
    found = counted([2, 2, 2, 2], [5] * 4, [0, 0, 1, 1], None)
    assert found.standard_error[0] == pytest.approx((0.4 * 0.6 / 20) ** 0.5)
    assert found.design_effect[0] == 1


def test_work_that_nobody_was_seen_at_has_an_upper_bound() -> None:
    found = counted([0, 0, 0, 0], [5] * 4, [0, 0, 1, 1], None)
    assert found.share[0] == found.low[0] == 0
    assert 0.1 < found.high[0] < 0.6


def test_one_round_has_no_spread() -> None:
    with pytest.raises(ValueError, match="1 rounds"):
        counted([2], [5], [0], None)
