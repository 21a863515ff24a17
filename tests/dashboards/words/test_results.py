"""Every code the tables of results can hold has a German word: a page would show nothing in its place."""

import re

import pytest

from dashboards.words import results
from tests.house.blueprint import ROOT

CODE = re.compile(r"then '([a-z_]+)'")


def codes(*models: str) -> set[str]:
    texts = [(ROOT / "models" / f"{model}.sql").read_text(encoding="utf-8") for model in models]
    return {code for text in texts for code in CODE.findall(text)}


@pytest.mark.parametrize(
    ("models", "words", "beside"),
    [
        (["marts/result/rpt_parallel_cost"], results.PARALLEL_REASONS, set()),
        (["intermediate/result/int_plan_volumes_counted"], results.VOLUME_REASONS, set()),
        (["intermediate/result/int_paper_points_measured"], results.POINT_REASONS, set()),
        (
            ["intermediate/result/int_line_costs_shared", "marts/result/rpt_cost_per_case"],
            results.INCOMPLETE_REASONS,
            {"staff", "lines", "measures", "no_line_told"},
        ),
    ],
)
def test_every_reason_has_a_word(models: list[str], words: dict[str, str], beside: set[str]) -> None:
    found = codes(*models)
    assert len(found) > 2
    assert found - beside - words.keys() == set()


def test_every_step_and_part_has_a_word() -> None:
    bridge = (ROOT / "models/intermediate/result/int_bridge_steps_measured.sql").read_text(encoding="utf-8")
    steps = set(re.findall(r"'([a-z_]+)' as step,", bridge))
    assert steps == results.STEPS.keys()
    unknown = bridge.partition("concat_ws(")[2].partition("as unknown_parts")[0]
    assert set(CODE.findall(unknown)) <= results.PARTS.keys()
    cost = (ROOT / "models/marts/result/rpt_cost_per_case.sql").read_text(encoding="utf-8")
    assert set(CODE.findall(cost.partition("concat_ws(")[2])) <= results.PARTS.keys()


def test_every_state_of_a_go_live_has_a_word() -> None:
    plans = (ROOT / "models/marts/result/rpt_measure_plans.sql").read_text(encoding="utf-8")
    states = plans.partition("as go_live_state")[0]
    assert set(re.findall(r"(?:then|else) '([a-z_]+)'", states)) == results.GO_LIVE_STATES.keys()


def test_every_reason_of_persistence_has_a_word() -> None:
    years = (ROOT / "pipelines/estimates/years.py").read_text(encoding="utf-8")
    reasons = set(re.findall(r'"(too_early|ended|not_measured|nothing_saved_first)"', years))
    assert reasons == results.PERSISTENCE_REASONS.keys()
