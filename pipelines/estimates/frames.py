"""The estimates as frames: each measure on each service, and totals whose bounds come from the same draws."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Final, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.estimates.attribution.check import Check
from pipelines.estimates.attribution.verdict import speaks_against
from pipelines.estimates.cell_parts import SPAN as OF_CELLS
from pipelines.estimates.cell_parts import cell_rows
from pipelines.estimates.panel import Floats, Ints, Panel, ServiceCases
from pipelines.estimates.parts import Parts
from pipelines.estimates.savings import DRAWS, SEED, Saved, saved_by_measures
from pipelines.estimates.service import StageEffect
from sources.contract.claim_words import STANDS, ClaimState, RefusalReason

T = TypeVar("T", np.float64, np.int64)

ALL: Final = "all"
# Minutes are told to the thousandth, so that the last bits of a processor's arithmetic never reach a table.
_DIGITS: Final = 3
SPANS: Final = {"month": 1, "last_12": 12, "since_live": None}
CHECKED: Final = "checked"
_PARTS: Final = tuple(field.name for field in fields(Parts))

SCHEMA: Final = {
    "month": pl.Date,
    "span": pl.String,
    "measure_id": pl.String,
    "service_code": pl.String,
    "evidence_grade": pl.String,
    "claim_state": pl.String,
    "refusal_reason": pl.String,
    "claimed_cases": pl.Int64,
    "left_out_cases": pl.Int64,
    "baseline_cases": pl.Int64,
    "minutes": pl.Float64,
    "p10": pl.Float64,
    "p50": pl.Float64,
    "p90": pl.Float64,
    **{f"{name}_minutes": pl.Float64 for name in _PARTS},
    "draws_seed": pl.Int64,
    "case_type": pl.String,
    "intake_channel": pl.String,
    "cases_without": pl.Float64,
    "cases_with": pl.Float64,
    "claimed_part": pl.Float64,
    "kept_part": pl.Float64,
    **{
        f"{which}_{name}": dtype
        for which in ("old", "new")
        for name, dtype in (("minutes", pl.Float64), ("value", pl.String), ("valid_from", pl.Date))
    },
    "attribution_method": pl.String,
    "attribution_state": pl.String,
    "attribution_reason": pl.String,
    "is_grade_lowered": pl.Boolean,
    "first_checked_month": pl.Date,
    "checked_months": pl.Int64,
    "check_minutes": pl.Float64,
    "check_low": pl.Float64,
    "check_high": pl.Float64,
    "comparison_services": pl.Int64,
    "premise_probability": pl.Float64,
}


def savings_frame(
    cohorts: pl.DataFrame, claims: pl.DataFrame, minutes: pl.DataFrame, end: dt.date, min_cases: int, seed: int = SEED
) -> pl.DataFrame:
    """Estimate and lay out (`SCHEMA`).

    One row per month, measure and service (span `month`), whatever its state; of months that are not refused one per
    case type and channel (span `cell`), which add up to it; one per measure, service and check beside
    the claim (span `checked`, month the last one it may speak of); and per month, span, grade and measure
    (`all` for the town) the totals of what stands, service `all`. A month that rests on fewer than min_cases cases
    stays out of the totals, so that it cannot be computed back from them.

    Args:
        cohorts: as `saved_by_measures` takes them.
        claims: likewise.
        minutes: likewise.
        end: the first month that is not over.
        min_cases: least number of cases behind a month of a measure on a service.
        seed: where the draws begin.
    """
    town, saved = saved_by_measures(cohorts, claims, minutes, end, seed)
    return frame_of(town, saved, min_cases, seed)


def frame_of(town: Panel, saved: list[Saved], min_cases: int, seed: int) -> pl.DataFrame:
    """Lay out what was estimated, as `savings_frame` does."""
    services = {service.service_code: service for service in town.services}
    rows = [row for one in saved for row in _service_rows(town, services.get(one.service_code), one, seed)]
    rows += [_check_row(town, one, check, seed) for one in saved if len(one.months) for check in one.checks]
    rows += _total_rows(town, saved, min_cases, seed)
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort(
        "measure_id",
        "service_code",
        "span",
        "evidence_grade",
        "month",
        "attribution_method",
        "case_type",
        "intake_channel",
    )


def _service_rows(town: Panel, service: ServiceCases | None, one: Saved, seed: int) -> Iterator[dict[str, Any]]:
    common = {"span": "month", "measure_id": one.measure_id, "service_code": one.service_code, "draws_seed": seed}
    if service is None or one.effect is None or one.verdict is None:
        for month in one.months:
            yield common | {
                "month": town.months[month],
                "claim_state": ClaimState.REFUSED,
                "refusal_reason": "not_live",
                "claimed_cases": 0,
                "left_out_cases": 0,
                "baseline_cases": 0,
            }
        return
    drawn = one.effect.saved * one.part
    stands = _quantiles(drawn)
    for month in one.months:
        state = one.verdict.states[month]
        row = common | {
            "month": town.months[month],
            "evidence_grade": one.verdict.grades[month],
            "claim_state": state,
            "refusal_reason": one.verdict.reasons[month],
            "claimed_cases": int(one.effect.cases[month]),
            "left_out_cases": int(one.effect.left_out[month]),
            "baseline_cases": one.effect.baseline_cases,
        }
        if state != ClaimState.REFUSED:
            row |= {name: float(values[month]) for name, values in stands.items()}
            row |= _parts(one.effect.parts, one.part, month)
            for cell in cell_rows(service, one.effect.by_cell, float(one.part[month]), int(month), row):
                yield common | {"month": town.months[month], "span": OF_CELLS} | cell
        yield row


def _parts(parts: Parts, part: Floats, month: int) -> dict[str, float]:
    """The parts of one month, rounded so that they still add up."""
    found = {name: round(float(getattr(parts, name)[month] * part[month]), _DIGITS) for name in _PARTS}
    found["after"] = found["before"] + found["volume"] + found["mix"] - found["like_for_like"]
    return {f"{name}_minutes": value for name, value in found.items()}


def _check_row(town: Panel, one: Saved, check: Check, seed: int) -> dict[str, Any]:
    """What a check says; the claim it speaks of stands beside it, over the months that are checked."""
    claimed, found, verdict = check.claimed, check.found, one.verdict
    row: dict[str, Any] = {
        "month": town.months[one.months[-1]],
        "span": CHECKED,
        "measure_id": one.measure_id,
        "service_code": one.service_code,
        "draws_seed": seed,
        "attribution_method": check.method,
        "attribution_state": check.state,
        "attribution_reason": check.reason,
        "is_grade_lowered": False,
        "claimed_cases": 0,
        "checked_months": 0,
    }
    if claimed is not None and verdict is not None:
        row |= {
            "month": town.months[claimed.months[-1]],
            "first_checked_month": town.months[claimed.months[0]],
            "checked_months": len(claimed.months),
            "claimed_cases": claimed.cases,
            "evidence_grade": max(verdict.grades[month] or "A" for month in claimed.months),
            "is_grade_lowered": speaks_against([check])
            and any(verdict.reasons[month] == RefusalReason.ATTRIBUTION_DISAGREES for month in claimed.months),
            "minutes": claimed.mean,
            "p10": claimed.p10,
            "p50": claimed.p50,
            "p90": claimed.p90,
        }
    if found is not None:
        row |= {
            "check_minutes": found.estimate,
            "check_low": found.low,
            "check_high": found.high,
            "comparison_services": found.comparisons,
            "premise_probability": found.premise,
        }
    return row


@dataclass
class _Total:
    """What one measure, or the town, has of one grade, per month."""

    drawn: Floats
    mean: Floats
    efficiency: Floats
    cases: Ints

    def add(self, one: Saved, effect: StageEffect, month: int) -> None:
        """Take in one month of one measure on one service."""
        drawn = effect.saved[:, month] * one.part[month]
        self.drawn[:, month] += drawn
        self.mean[month] += round(float(drawn.mean()), _DIGITS)
        self.efficiency[month] += round(float(effect.parts.efficiency[month] * one.part[month]), _DIGITS)
        self.cases[month] += effect.cases[month]


def _totals(town: Panel, saved: list[Saved], min_cases: int) -> dict[tuple[str, str], _Total]:
    months = len(town.months)
    totals: dict[tuple[str, str], _Total] = {}
    for one in saved:
        if one.effect is None or one.verdict is None:
            continue
        for month in one.months:
            grade = one.verdict.grades[month]
            if one.verdict.states[month] not in STANDS or grade is None or one.effect.cases[month] < min_cases:
                continue
            for key in ((one.measure_id, grade), (ALL, grade)):
                if key not in totals:
                    totals[key] = _Total(
                        np.zeros((DRAWS, months)), np.zeros(months), np.zeros(months), np.zeros(months, np.int64)
                    )
                totals[key].add(one, one.effect, int(month))
    return totals


def _total_rows(town: Panel, saved: list[Saved], min_cases: int, seed: int) -> Iterator[dict[str, Any]]:
    for (measure_id, grade), total in _totals(town, saved, min_cases).items():
        for span, length in SPANS.items():
            stands = _quantiles(_rolled(total.drawn, length)) | {"minutes": _rolled(total.mean, length)}
            efficiency, cases = _rolled(total.efficiency, length), _rolled(total.cases, length)
            for month in np.flatnonzero(cases):
                yield {
                    "month": town.months[month],
                    "span": span,
                    "measure_id": measure_id,
                    "service_code": ALL,
                    "evidence_grade": grade,
                    "claimed_cases": int(cases[month]),
                    # Sums of thousandths, freed of what floating point adds to them.
                    "efficiency_minutes": round(float(efficiency[month]), _DIGITS),
                    "draws_seed": seed,
                } | {name: round(float(values[month]), _DIGITS) for name, values in stands.items()}


def _rolled(values: NDArray[T], length: int | None) -> NDArray[T]:
    """Sums over the last months (all so far for None), along the last axis."""
    summed = np.cumsum(values, axis=-1)
    if length is None:
        return summed
    rolled = summed.copy()
    rolled[..., length:] -= summed[..., :-length]
    return rolled


def _quantiles(draws: Floats) -> dict[str, Floats]:
    """Mean and linear percentiles over the draws."""
    low, middle, high = np.quantile(draws, [0.1, 0.5, 0.9], axis=0)
    found = {"minutes": draws.mean(0), "p10": low, "p50": middle, "p90": high}
    return {name: np.round(values, _DIGITS) for name, values in found.items()}
