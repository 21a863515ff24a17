"""The twin towns themselves: that their truth is what it says, that it is repeatable, and that it knows no estimator."""

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.pipelines.estimates.habits import Habits, Nothing
from tests.pipelines.estimates.plain import like_for_like
from tests.pipelines.estimates.towns import judged, main
from tests.pipelines.estimates.twins import twin_town

SMALL = Habits(measures=6, untreated=4, cases=40)
GENERATOR = ("habits.py", "twins.py", "tables.py")


@pytest.mark.parametrize("name", GENERATOR)
def test_the_generator_shares_nothing_with_the_program(name: str) -> None:
    tree = ast.parse(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    known = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    known |= {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    ours = {f"tests.pipelines.estimates.{other.removesuffix('.py')}" for other in GENERATOR}
    outside = {"__future__", "dataclasses", "itertools", "datetime", "numpy", "numpy.typing", "polars"}
    assert known <= ours | outside


def test_the_same_seed_is_the_same_town() -> None:
    one, same, other = twin_town(1, SMALL), twin_town(1, SMALL), twin_town(2, SMALL)
    assert one.cohorts.equals(same.cohorts)
    assert np.array_equal(one.saved, same.saved)
    assert not np.array_equal(one.counts, other.counts)


def test_a_measure_that_does_nothing_saves_nothing_whatever_else_happens() -> None:
    town = twin_town(1, replace(Nothing(), measures=6, untreated=4))
    assert not town.saved.any()
    assert town.counts[:, -12:, :, 0].sum() > town.counts[:, :12, :, 0].sum()
    assert town.counts[:, -12:].sum() < town.counts[:, :12].sum()


def test_nothing_is_saved_before_go_live() -> None:
    town = twin_town(3, replace(SMALL, nothing_share=0))
    for saved, live in zip(town.saved, town.measures.live, strict=True):
        assert not saved[:live].any()
        assert saved[live:].sum() > 0


def test_both_of_a_pair_together_save_what_switching_off_both_costs() -> None:
    alone, pair = (twin_town(5, replace(SMALL, pairs=pairs, nothing_share=0)) for pairs in (0, 3))
    assert len(alone.measures) == len(pair.measures) == 6
    assert sorted(pair.measures.service) == [0, 0, 1, 1, 2, 2]
    for second in range(3, 6):
        live = pair.measures.live[second]
        assert np.array_equal(pair.saved[second], pair.saved_each[second])
        assert not pair.saved[second, :live].any()
        assert np.array_equal(pair.saved[second - 3, :live], pair.saved_each[second - 3, :live])
        assert not np.array_equal(pair.saved[second - 3, live:], pair.saved_each[second - 3, live:])


def test_an_undoing_measure_costs_time() -> None:
    town = twin_town(5, replace(SMALL, pairs=3, undoing=True, nothing_share=0))
    assert (town.saved[3:].sum(1) < 0).all()
    assert (town.saved[:3].sum(1) + town.saved[3:].sum(1) > 0).all()


def test_without_case_types_only_the_log_is_poorer() -> None:
    told, untold = (twin_town(4, replace(SMALL, types_delivered=told)) for told in (True, False))
    assert np.array_equal(told.counts.sum(2), untold.counts.sum(2))
    assert np.array_equal(told.saved, untold.saved)
    assert set(untold.cohorts["case_type"]) == {"unknown"}


def test_minutes_are_samples_and_never_the_truth() -> None:
    few, many = (twin_town(4, replace(SMALL, timed=timed, cases=300)) for timed in (10, 1000))
    assert np.median(few.timed_error / few.timed) > 2 * np.median(many.timed_error / many.timed) > 0
    distance = (few.timed - many.timed) / few.timed_error
    assert 0.6 < distance.std() < 1.6
    assert few.minutes["sampled"].max() == 10


def test_undecided_cases_lie_in_the_last_two_months_and_save_nothing() -> None:
    town = twin_town(4, replace(SMALL, undecided=1.0, nothing_share=0))
    assert not town.saved[:, -2:].any()
    assert town.saved[:, -3].any()
    late = town.cohorts.filter(town.cohorts["month"] >= town.cohorts["month"].unique().sort()[-2])
    assert late["decided_cases"].sum() == 0 < late["received_cases"].sum()


def test_like_for_like_cannot_tell_a_tide_from_a_measure() -> None:
    town = twin_town(1, replace(Nothing(), measures=6, untreated=4))
    assert judged(town, like_for_like).figures["false_positives"] > 0.5


def test_the_command_tells_each_town_and_exits_with_1_at_a_missed_bar(capsys: pytest.CaptureFixture[str]) -> None:
    small = ["--switch", "measures=6", "--switch", "untreated=4"]
    assert main(["--seeds", "1,3", "--estimator", "like-for-like", *small]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:4]] == ["town", "1", "3", "all"]
    assert "coverage is 0." in lines[4]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--switch", "weather=1"], "a town has no habit 'weather'"),
        (["--switch", "tide=much"], "'much' is not a number"),
        (["--switch", "types_delivered=1"], "true or false"),
        (["--seeds", "one"], "write numbers"),
    ],
)
def test_the_command_says_what_it_does_not_understand(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
    assert told in capsys.readouterr().err
