"""The tables a twin town hands over, as the marts name their columns."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FIRST_YEAR = 2021
CHANNELS = ("online", "post", "counter", "email")


def cohorts(counts: Ints, decided: Ints, names: list[str]) -> pl.DataFrame:
    """Cases by month of receipt."""
    service, month, kind, channel = np.nonzero(counts)
    return pl.DataFrame(
        {
            "service_code": [service_code(one) for one in service],
            "case_type": [names[one] for one in kind],
            "intake_channel": [CHANNELS[one] for one in channel],
            "month": [month_of(int(one)) for one in month],
            "received_cases": counts[service, month, kind, channel],
            "decided_cases": decided[service, month, kind, channel],
            "evidence_grade": pl.Series([None] * len(service), dtype=pl.String),
        }
    )


def claims(service: Ints, live: Ints) -> pl.DataFrame:
    """Every measure alone on its service, live and running."""
    return pl.DataFrame(
        {
            "measure_id": [measure_id(one) for one in range(len(service))],
            "service_code": [service_code(one) for one in service],
            "share": np.ones(len(service)),
            "went_live_on": [month_of(int(one)) for one in live],
            "ended_on": pl.Series([None] * len(service), dtype=pl.Date),
            "status": ["live"] * len(service),
        }
    )


def processing_minutes(timed: Floats, error: Floats, sampled: Ints, names: list[str]) -> pl.DataFrame:
    """Minutes per case, timed or guessed."""
    service, kind, channel = (axis.ravel() for axis in np.indices(timed.shape))
    is_timed = sampled.ravel() > 0
    return pl.DataFrame(
        {
            "service_code": [service_code(one) for one in service],
            "case_type": [names[one] for one in kind],
            "intake_channel": [CHANNELS[one] for one in channel],
            "minutes": timed.ravel(),
            "standard_error": error.ravel(),
            "low": timed.ravel() - 1.28 * error.ravel(),
            "high": timed.ravel() + 1.28 * error.ravel(),
            "sampled": sampled.ravel(),
            "method": np.where(is_timed, "self_recording", "estimated"),
            "valid_from": [dt.date(FIRST_YEAR - 1, 1, 1)] * timed.size,
            "evidence_grade": np.where(is_timed, "A", "C"),
        }
    )


def service_code(service: int) -> str:
    """A code that sorts as its number does."""
    return f"service {service:03d}"


def measure_id(measure: int) -> str:
    """A code that sorts as its number does."""
    return f"measure {measure:03d}"


def month_of(position: int) -> dt.date:
    """First day of a month of the log."""
    return dt.date(FIRST_YEAR + position // 12, position % 12 + 1, 1)
