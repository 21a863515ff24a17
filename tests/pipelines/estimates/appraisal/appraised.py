"""Measures whose money is laid down month by month, and what `appraisal_frame` says of them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from pipelines.estimates.appraising.frames import appraisal_frame

FIRST = dt.date(2020, 1, 1)


def month(position: int) -> dt.date:
    """The month so many after the first."""
    return dt.date(FIRST.year + position // 12, position % 12 + 1, 1)


def booked(net: Sequence[float | None], measure_id: str = "m", **more: Sequence[Any]) -> pl.DataFrame:
    """Months of a measure, each with its net cash (None: parallel cost unknown) and what else is said of it."""
    rows = [
        {
            "measure_id": measure_id,
            "month": month(at),
            "cash_released_eur": max(euros or 0.0, 0.0),
            "one_off_cost_eur": 0.0,
            "net_cash_eur": euros,
            **{name: values[at] for name, values in more.items()},
        }
        for at, euros in enumerate(net)
    ]
    return pl.DataFrame(rows, schema=MONTHS)


MONTHS = {
    "measure_id": pl.String,
    "month": pl.Date,
    **dict.fromkeys(("cash_released_eur", "one_off_cost_eur", "net_cash_eur", "staff_relief_eur"), pl.Float64),
    **dict.fromkeys(("running_cost_eur", "parallel_cost_eur", "one_off_relief_eur"), pl.Float64),
    **dict.fromkeys(("minutes", "p10", "p50", "p90", "so_far_p10", "so_far_p90", "capacity_value"), pl.Float64),
    **dict.fromkeys(("hour_eur", "hour_low_eur", "hour_high_eur", "lapsed_fte"), pl.Float64),
    "claimed_cases": pl.Int64,
}
PACES = {
    "measure_id": pl.String,
    "months_since": pl.Int64,
    **dict.fromkeys(
        ("recurring_net", "recurring_net_deviation", "relief", "running_cost", "parallel_cost", "staff_relief"),
        pl.Float64,
    ),
}


def paces(measure_id: str = "m", **said: float) -> pl.DataFrame:
    """One pace; a steady one of three months of nothing unless said otherwise."""
    row = {"measure_id": measure_id, "months_since": 3, "recurring_net": 0.0, "recurring_net_deviation": 0.0, **said}
    return pl.DataFrame([row], schema=PACES)


def measure(**said: Any) -> pl.DataFrame:
    """One measure, live since the first month unless said otherwise."""
    row = {"measure_id": "m", "went_live_on": FIRST, "status": "live", **said}
    schema = {
        "measure_id": pl.String,
        "status": pl.String,
        **dict.fromkeys(("went_live_on", "ended_on", "paper_route_closed_on"), pl.Date),
    }
    return pl.DataFrame([row], schema=schema)


def assumed(**values: float | tuple[float, float, float]) -> pl.DataFrame:
    """Assumptions: a value, or low, value and high."""
    rows = [
        {"assumption": name, "value": of[1], "low": of[0], "high": of[2]}
        if isinstance(of, tuple)
        else {"assumption": name, "value": of}
        for name, of in values.items()
    ]
    schema = {"assumption": pl.String, **dict.fromkeys(("value", "low", "high"), pl.Float64)}
    return pl.DataFrame(rows, schema=schema)


def appraised(
    months: pl.DataFrame,
    assumptions: pl.DataFrame,
    *,
    pace: pl.DataFrame | None = None,
    of: pl.DataFrame | None = None,
    changes: Sequence[Mapping[str, Any]] = (),
    end: dt.date | None = None,
) -> pl.DataFrame:
    """All rows; the month after the last one is not over unless said otherwise."""
    schema = {"measure_id": pl.String, "change": pl.String, "month": pl.Date}
    return appraisal_frame(
        months.with_columns(pl.col("staff_relief_eur", "lapsed_fte").fill_null(0.0)),
        paces() if pace is None else pace,
        pl.DataFrame(list(changes), schema=schema),
        measure() if of is None else of,
        assumptions,
        end or month(months.height),
    )


def line(frame: pl.DataFrame, name: str = "cash", measure_id: str = "m") -> dict[str, Any]:
    """The row of one line of one measure."""
    wanted = (pl.col("kind") == "line") & (pl.col("line") == name) & (pl.col("measure_id") == measure_id)
    return frame.filter(wanted).row(0, named=True)
