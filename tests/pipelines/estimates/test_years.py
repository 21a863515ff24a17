"""Hours of whole years, by hand: draws that are told, not drawn, so that each sum and ratio can be checked on paper."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from typing import Any

import numpy as np
import polars as pl
import pytest

from pipelines.estimates.cell_parts import nothing
from pipelines.estimates.gates import Verdict
from pipelines.estimates.minutes import minutes_of
from pipelines.estimates.panel import Panel
from pipelines.estimates.parts import Parts
from pipelines.estimates.savings import DRAWS, Saved
from pipelines.estimates.service import StageEffect
from pipelines.estimates.years import measure_rows, office_rows
from sources.contract.claim_words import ClaimState, RefusalReason

MONTHS = tuple(dt.date(2020 + month // 12, month % 12 + 1, 1) for month in range(60))
TOWN = Panel(MONTHS, ())
NO_MINUTES = pl.DataFrame(
    schema={
        **dict.fromkeys(("case_type", "intake_channel", "method", "evidence_grade"), pl.String),
        **dict.fromkeys(("minutes", "low", "high", "standard_error", "sampled"), pl.Float64),
        "valid_from": pl.Date,
    }
)
EVEN = np.linspace(-1, 1, DRAWS)
"""Draws around nothing: tenth percentile -0.8, ninetieth 0.8."""


def saved(
    service: str,
    minutes: float | np.ndarray,
    cases: int | np.ndarray = 20,
    *,
    first: int = 0,
    grade: str = "A",
    spread: float = 0.0,
    state: ClaimState = ClaimState.CLAIMED,
    until: int = 60,
    measure: str = "m",
) -> Saved:
    """A measure that saves so many minutes a month on a service, from `first` on; refused as ended from `until` on."""
    mean = np.broadcast_to(np.asarray(minutes, dtype=float), 60)
    effect = StageEffect(
        saved=mean[None, :] + spread * EVEN[:, None],
        parts=Parts(*(np.zeros(60) for _ in fields(Parts))),
        cases=np.broadcast_to(np.asarray(cases), 60),
        left_out=np.zeros(60, np.int64),
        baseline_cases=100,
        unpriced=np.zeros(60, np.bool_),
        changed=np.zeros(60, np.bool_),
        measured=np.zeros(60, np.bool_),
        grades=(grade,) * 60,
        cells=None,
        offline=np.zeros((60, 0)),
        by_cell=nothing(60, 0, minutes_of(NO_MINUTES)),
    )
    at_work = [month < until for month in range(60)]
    verdict = Verdict(
        tuple(state if works else ClaimState.REFUSED for works in at_work),
        tuple(None if works else RefusalReason.ENDED for works in at_work),
        tuple(grade if works else None for works in at_work),
    )
    return Saved(measure, service, np.arange(first, 60), np.ones(60), effect, verdict, ())


def of_office(*measures: Saved, min_cases: int = 10) -> dict[tuple[str, int], dict[str, Any]]:
    rows = office_rows(TOWN, measures, {"a": "o", "b": "o", "c": "other"}, min_cases)
    return {(row["code"], row["year"]): row for row in rows}


def lasting(*measures: Saved) -> dict[int, dict[str, Any]]:
    return {row["months_after"]: row for row in measure_rows(TOWN, measures)}


def then(first: float, later: float) -> np.ndarray:
    """So much in the first twelve months, so much afterwards."""
    return np.where(np.arange(60) < 12, first, later)


def test_bounds_of_an_office_come_from_the_same_draws() -> None:
    # 12 x (60 + 30) = 1,080 minutes; where one is high the other is: 12 x (10 + 10) x 0.8 = 192 to each side.
    row = of_office(saved("a", 60, spread=10), saved("b", 30, spread=10, measure="n"))["o", 2020]
    assert (row["minutes"], row["months"], row["cases"]) == (pytest.approx(1080), 12, 480)
    assert (row["p10"], row["p50"], row["p90"]) == (pytest.approx(888), pytest.approx(1080), pytest.approx(1272))
    # Where one is high the other is low nothing is uncertain: added bounds would say 192 all the same.
    row = of_office(saved("a", 60, spread=10), saved("b", 30, spread=-10, measure="n"))["o", 2020]
    assert (row["p10"], row["p90"]) == (pytest.approx(1080), pytest.approx(1080))


def test_the_town_is_every_office_and_a_year_is_its_months() -> None:
    found = of_office(saved("a", 60, first=54), saved("c", 10), saved("nobody", 1))
    assert found["o", 2024]["minutes"] == pytest.approx(6 * 60)
    assert ("o", 2023) not in found
    assert found["all", 2024]["minutes"] == pytest.approx(6 * 60 + 12 * 10 + 12 * 1)
    assert found["unknown", 2024]["minutes"] == pytest.approx(12)


def test_what_is_beneath_small_or_waits_is_in_no_post() -> None:
    found = of_office(saved("a", 60, grade="B"), saved("b", 5, cases=9), saved("c", 7, state=ClaimState.PROVISIONAL))
    assert found["o", 2020] == {"subject": "office", "code": "o", "year": 2020, "beneath_minutes": 720}
    assert set(found) == {(code, year) for code in ("o", "all") for year in range(2020, 2025)}


def test_more_or_fewer_cases_are_no_change_of_the_saving() -> None:
    # 60 minutes on 20 cases and 45 on 15 are 3 minutes a case.
    row = lasting(saved("a", then(60, 45), then(20, 15).astype(int)))[12]
    assert (row["minutes"], row["first_minutes"], row["first_cases"], row["cases"]) == (1.0, 720, 240, 180)
    assert lasting(saved("a", then(60, 30)))[24]["minutes"] == 0.5


def test_services_are_weighed_by_their_cases_of_the_first_year() -> None:
    # 10 cases x 10 minutes and 30 x 1 are 130 a month; later 5 and 2 minutes a case: 10 x 5 + 30 x 2 = 110.
    row = lasting(saved("a", 100, then(10, 20).astype(int)), saved("b", then(30, 60), 30))[12]
    assert row["minutes"] == pytest.approx(110 / 130, abs=1e-6)
    assert (row["services"], row["measured_services"]) == (2, 2)


def test_a_ratio_has_bounds_where_the_first_year_is_surely_above_nothing() -> None:
    # 720 - 96 and 360 - 96 minutes at the tenth percentile, 720 + 96 and 360 + 96 at the ninetieth.
    row = lasting(saved("a", then(60, 30), spread=10))[12]
    assert row["p10"] == pytest.approx(264 / 624, abs=1e-5)
    assert row["p90"] == pytest.approx(456 / 816, abs=1e-5)
    assert row["minutes"] == 0.5
    unsure = lasting(saved("a", then(60, 30), spread=100))[12]
    assert unsure["minutes"] == 0.5 and "p10" not in unsure


def test_what_cannot_be_compared_says_why() -> None:
    # Of 60 months the year that begins with the 31st is followed by 18 more.
    young = lasting(saved("a", 60, first=30))
    assert [young[after].get("unknown_reason") for after in (12, 24, 36)] == [None, "too_early", "too_early"]
    assert lasting(saved("a", 60, until=20))[12]["unknown_reason"] == "ended"
    assert lasting(saved("a", 60, state=ClaimState.PROVISIONAL))[12]["unknown_reason"] == "not_measured"
    assert lasting(saved("a", -5))[12]["unknown_reason"] == "nothing_saved_first"


def test_a_service_that_falls_out_leaves_the_others() -> None:
    row = lasting(saved("a", 60), saved("b", 30, until=20))[12]
    assert (row["minutes"], row["first_minutes"], row["services"], row["measured_services"]) == (1.0, 720, 2, 1)


def test_the_weakest_grade_of_both_years_stands() -> None:
    assert lasting(saved("a", 60), saved("b", 60, grade="C"))[12]["evidence_grade"] == "C"
