"""Hours of whole years out of the same draws: what an office was freed of in a year, and how long a saving lasts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from pipelines.estimates.panel import Floats, Panel
from pipelines.estimates.savings import DRAWS, Saved
from pipelines.estimates.service import StageEffect
from sources.contract.claim_words import STANDS, RefusalReason

ALL: Final = "all"
YEAR: Final = 12
MONTHS_AFTER: Final = (12, 24, 36)
_BOUNDS: Final = (0.1, 0.5, 0.9)
# Minutes to the thousandth and ratios to the millionth, so that the last bits of a processor never reach a table.
_MINUTE_DIGITS: Final = 3
_RATIO_DIGITS: Final = 6

SCHEMA: Final = {
    "subject": pl.String,
    "code": pl.String,
    "year": pl.Int64,
    "months_after": pl.Int64,
    "evidence_grade": pl.String,
    "unknown_reason": pl.String,
    "minutes": pl.Float64,
    "p10": pl.Float64,
    "p50": pl.Float64,
    "p90": pl.Float64,
    "beneath_minutes": pl.Float64,
    "first_minutes": pl.Float64,
    "cases": pl.Int64,
    "first_cases": pl.Int64,
    "months": pl.Int64,
    "services": pl.Int64,
    "measured_services": pl.Int64,
    "draws_seed": pl.Int64,
}


def years_of(
    town: Panel, saved: Sequence[Saved], offices: Mapping[str, str], min_cases: int, seed: int
) -> pl.DataFrame:
    """Sum the draws over calendar years and offices, and compare a measure's later years with its first (`SCHEMA`).

    Rows of subject `office` have minutes and bounds of a calendar year by month of receipt, for the town in code `all`;
    only grade A, B and C stand in beneath_minutes. Rows of subject `measure` have in minutes, p10, p50 and p90 the
    ratio of minutes saved per case in the year that ends months_after later to those of the first full year, each
    service weighed by its cases of the first year; first_minutes are the minutes of that first year.

    Args:
        town: as `saved_by_measures` gives it.
        saved: likewise.
        offices: the office of each service.
        min_cases: a month of a measure on a service with fewer cases enters no sum.
        seed: where the draws began.
    """
    rows = [*office_rows(town, saved, offices, min_cases), *measure_rows(town, saved)]
    return pl.DataFrame([row | {"draws_seed": seed} for row in rows], schema=SCHEMA, orient="row").sort(
        "subject", "code", "year", "months_after"
    )


@dataclass
class _Sum:
    """What an office was freed of in a year."""

    drawn: Floats
    minutes: float = 0.0
    beneath: float = 0.0
    cases: int = 0


def office_rows(
    town: Panel, saved: Sequence[Saved], offices: Mapping[str, str], min_cases: int
) -> Iterator[dict[str, Any]]:
    """Minutes of grade A with bounds, and those beneath, per office and calendar year; the town is `all`."""
    sums: dict[tuple[str, int], _Sum] = defaultdict(lambda: _Sum(np.zeros(DRAWS)))
    months: dict[tuple[str, int], set[int]] = defaultdict(set)
    for one in saved:
        for month in _standing(one):
            assert one.effect is not None and one.verdict is not None
            if one.effect.cases[month] < min_cases:
                continue
            year, is_proven = town.months[month].year, one.verdict.grades[month] == "A"
            drawn = one.effect.saved[:, month] * one.part[month]
            for key in ((offices.get(one.service_code, "unknown"), year), (ALL, year)):
                total = sums[key]
                if is_proven:
                    total.drawn += drawn
                    total.minutes += round(float(drawn.mean()), _MINUTE_DIGITS)
                    total.cases += int(one.effect.cases[month])
                    months[key].add(int(month))
                else:
                    total.beneath += round(float(drawn.mean()), _MINUTE_DIGITS)
    for (office, year), total in sums.items():
        row = {"subject": "office", "code": office, "year": year, "beneath_minutes": round(total.beneath, 3)}
        if months[office, year]:
            bounds = np.round(np.quantile(total.drawn, _BOUNDS), _MINUTE_DIGITS)
            row |= dict(zip(("p10", "p50", "p90"), bounds.tolist(), strict=True))
            row |= {
                "evidence_grade": "A",
                "minutes": round(total.minutes, _MINUTE_DIGITS),
                "cases": total.cases,
                "months": len(months[office, year]),
            }
        yield row


def _standing(one: Saved) -> list[int]:
    """The months of a measure on a service whose hours stand."""
    if one.effect is None or one.verdict is None:
        return []
    return [int(month) for month in one.months if one.verdict.states[month] in STANDS]


def measure_rows(town: Panel, saved: Sequence[Saved]) -> Iterator[dict[str, Any]]:
    """Per measure and months after its first full year what is still saved of it, or why that is unknown."""
    by_measure: dict[str, list[Saved]] = defaultdict(list)
    for one in saved:
        if one.effect is not None:
            by_measure[one.measure_id].append(one)
    for measure, mine in by_measure.items():
        first = min((int(one.months[0]) for one in mine if len(one.months)), default=len(town.months))
        for after in MONTHS_AFTER:
            row = {"subject": "measure", "code": measure, "months_after": after, "services": len(mine)}
            yield row | _persistence(mine, first, after, len(town.months))


def _persistence(mine: Sequence[Saved], first: int, after: int, months: int) -> dict[str, Any]:
    """Saving per case in the year `after` months later by that of the first full year, like with like."""
    if first + after + YEAR > months:
        return {"unknown_reason": "too_early"}
    begin, then = range(first, first + YEAR), range(first + after, first + after + YEAR)
    whole = [one for one in mine if {*begin, *then} <= set(_standing(one))]
    if not whole:
        ended = any(
            one.verdict and RefusalReason.ENDED in [one.verdict.reasons[month] for month in then] for one in mine
        )
        return {"unknown_reason": "ended" if ended else "not_measured"}
    in_first, later, counted, grades = np.zeros(DRAWS), np.zeros(DRAWS), [0, 0], set[str]()
    for one in whole:
        assert one.effect is not None and one.verdict is not None
        cases_first, cases_then = (int(one.effect.cases[list(span)].sum()) for span in (begin, then))
        in_first += _drawn(one.effect, one.part, begin)
        later += _drawn(one.effect, one.part, then) * (cases_first / cases_then if cases_then else 0.0)
        counted = [counted[0] + cases_first, counted[1] + cases_then]
        grades |= {one.verdict.grades[month] or "C" for month in (*begin, *then)}
    found = {
        "evidence_grade": max(grades),
        "first_minutes": round(float(in_first.mean()), _MINUTE_DIGITS),
        "first_cases": counted[0],
        "cases": counted[1],
        "months": YEAR,
        "measured_services": len(whole),
    }
    if in_first.mean() <= 0:
        return found | {"unknown_reason": "nothing_saved_first"}
    found["minutes"] = round(float(later.mean() / in_first.mean()), _RATIO_DIGITS)
    # A ratio has bounds only where its denominator is surely above nothing.
    if np.quantile(in_first, _BOUNDS[0]) > 0:
        bounds = np.round(np.quantile(later / in_first, _BOUNDS), _RATIO_DIGITS)
        found |= dict(zip(("p10", "p50", "p90"), bounds.tolist(), strict=True))
    return found


def _drawn(effect: StageEffect, part: Floats, span: range) -> Floats:
    """Minutes of some months, one sum per draw."""
    at = list(span)
    return (effect.saved[:, at] * part[at]).sum(1)
