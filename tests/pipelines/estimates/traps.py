"""Small towns made by hand: every case is written down, nothing is drawn, so that the truth can be worked out on paper.

Unless a trap says otherwise the log runs from January 2021 for 48 months, the measure under test goes live in January
2023 on the service `passport`, a letter takes 30 minutes, an online case 12, and six other services stand beside it
without a measure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from pipelines.estimates.frames import savings_frame
from tests.pipelines.estimates.tables import month_of

MONTHS = 48
LIVE = 24
WENT_LIVE = month_of(LIVE)
OVER = month_of(MONTHS)
SERVICE = "passport"
MEASURE = "M1"
OTHERS = tuple(f"other {one}" for one in range(6))
FEWEST_CASES = 10

Cases = Mapping[str, int]
"""Cases of a month by channel."""
Way = Callable[[int], Cases]
"""Cases by position of the month."""


@dataclass(frozen=True)
class Trap:
    """The three tables and the first month that is not over."""

    cohorts: pl.DataFrame
    claims: pl.DataFrame
    minutes: pl.DataFrame
    end: dt.date = OVER

    def found(self, seed: int = 1) -> Found:
        """What the program makes of it."""
        return Found(savings_frame(self.cohorts, self.claims, self.minutes, self.end, FEWEST_CASES, seed))


@dataclass(frozen=True)
class Found:
    """The frame of savings, asked for what traps ask."""

    frame: pl.DataFrame

    def months(self, measure: str = MEASURE) -> pl.DataFrame:
        """One row per month of a measure."""
        return self.frame.filter(
            (pl.col("measure_id") == measure) & (pl.col("service_code") != "all") & (pl.col("span") == "month")
        ).sort("month")

    def check(self, method: str, measure: str = MEASURE) -> dict[str, Any]:
        """What one check says of a measure."""
        rows = self.frame.filter((pl.col("measure_id") == measure) & (pl.col("span") == "checked"))
        return rows.row(by_predicate=pl.col("attribution_method") == method, named=True)

    def month(self, position: int, measure: str = MEASURE) -> dict[str, Any]:
        """One month of a measure."""
        return self.months(measure).row(by_predicate=pl.col("month") == month_of(position), named=True)

    def verdicts(self, measure: str = MEASURE) -> list[tuple[str, str | None, str | None]]:
        """Each state, reason and grade its months have, in order of their first month."""
        rows = self.months(measure).select("claim_state", "refusal_reason", "evidence_grade")
        return list(rows.unique(maintain_order=True).iter_rows())

    def year(self, measure: str = MEASURE, grade: str = "A") -> dict[str, Any]:
        """The total of the last twelve months of the log."""
        return self.frame.filter(
            (pl.col("measure_id") == measure)
            & (pl.col("service_code") == "all")
            & (pl.col("span") == "last_12")
            & (pl.col("evidence_grade") == grade)
        ).row(-1, named=True)

    def holds(self, truth: float, measure: str = MEASURE, grade: str = "A") -> bool:
        """Whether the last year's interval holds this many minutes."""
        year = self.year(measure, grade)
        return bool(year["p10"] <= truth <= year["p90"])


def cases(
    service: str, way: Way, case_type: str = "a", decided: Way | None = None, months: int = MONTHS
) -> pl.DataFrame:
    """Cases of one service and type; all are decided unless told."""
    rows = [
        {
            "service_code": service,
            "case_type": case_type,
            "intake_channel": channel,
            "month": month_of(month),
            "received_cases": count,
            "decided_cases": (decided or way)(month)[channel],
        }
        for month in range(months)
        for channel, count in way(month).items()
        if count
    ]
    return pl.DataFrame(rows, schema=COHORTS)


COHORTS = {
    "service_code": pl.String,
    "case_type": pl.String,
    "intake_channel": pl.String,
    "month": pl.Date,
    "received_cases": pl.Int64,
    "decided_cases": pl.Int64,
    "evidence_grade": pl.String,
}


def always(**count: int) -> Way:
    """The same cases each month."""
    return lambda _month: count


def since(position: int, before: Way, after: Way) -> Way:
    """Another way from a month on."""
    return lambda month: (after if month >= position else before)(month)


def others(way: Way | None = None, months: int = MONTHS) -> pl.DataFrame:
    """Services without a measure: of 100 cases 20 come online unless told."""
    return pl.concat([cases(service, way or always(online=20, post=80), months=months) for service in OTHERS])


def measure(
    live_on: dt.date = WENT_LIVE,
    measure_id: str = MEASURE,
    service: str = SERVICE,
    share: float = 1.0,
    ended_on: dt.date | None = None,
    status: str = "live",
) -> dict[str, Any]:
    """A claim."""
    return {
        "measure_id": measure_id,
        "service_code": service,
        "share": share,
        "went_live_on": live_on,
        "ended_on": ended_on,
        "status": status,
    }


def claims(*rows: dict[str, Any]) -> pl.DataFrame:
    """The table of claims."""
    schema = {
        "measure_id": pl.String,
        "service_code": pl.String,
        "share": pl.Float64,
        "went_live_on": pl.Date,
        "ended_on": pl.Date,
        "status": pl.String,
    }
    return pl.DataFrame(list(rows), schema=schema)


def takes(
    channel: str,
    minutes: float,
    case_type: str = "all",
    since_on: dt.date = dt.date(2020, 1, 1),
    sampled: int | None = 50,
    method: str | None = "self_recording",
    grade: str = "A",
    service: str = SERVICE,
) -> dict[str, Any]:
    """Minutes of a cell, timed on fifty cases to a twentieth unless told."""
    return {
        "service_code": service,
        "case_type": case_type,
        "intake_channel": channel,
        "minutes": minutes,
        "standard_error": minutes / 20 if sampled else None,
        "low": minutes * 0.9,
        "high": minutes * 1.1,
        "sampled": sampled,
        "method": method,
        "valid_from": since_on,
        "evidence_grade": grade,
    }


USUAL = (takes("online", 12), takes("post", 30), takes("counter", 30), takes("email", 20))


def minutes(*rows: dict[str, Any]) -> pl.DataFrame:
    """The table of minutes: the usual ones and these."""
    return pl.DataFrame([*USUAL, *rows], schema=MINUTES)


MINUTES = {
    "service_code": pl.String,
    "case_type": pl.String,
    "intake_channel": pl.String,
    "minutes": pl.Float64,
    "standard_error": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "sampled": pl.Int64,
    "method": pl.String,
    "valid_from": pl.Date,
    "evidence_grade": pl.String,
}


def trap(way: Way | Sequence[pl.DataFrame], *measures: dict[str, Any], beside: pl.DataFrame | None = None) -> Trap:
    """A town with one service under test, the others beside it, the measures (one, live from January 2023, if none is
    named) and the usual minutes."""
    own = [cases(SERVICE, way)] if callable(way) else list(way)
    town = pl.concat([*own, others() if beside is None else beside])
    return Trap(town, claims(*(measures or (measure(),))), minutes())


def with_minutes(town: Trap, *rows: dict[str, Any]) -> Trap:
    """The same town with more rows of minutes."""
    return replace(town, minutes=minutes(*rows))
