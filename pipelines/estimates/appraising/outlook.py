"""What is known of each measure, from frames: its booked months, its pace, its hours; or why nothing can be said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from pipelines.estimates.appraising.worth import (
    DEFAULT_YEARS,
    FEWEST_MONTHS,
    MINUTES,
    MOST_SILENT_MONTHS,
    P90,
    YEAR,
    Hours,
    Outlook,
    Pace,
    Range,
    Services,
    Uncertain,
)
from pipelines.estimates.panel import Floats
from sources.contract.vocabularies import MeasureStatus

ALL: Final = "all"
AT_WORK: Final = frozenset({MeasureStatus.LIVE, MeasureStatus.STOPPED})
_NEVER: Final = 1_000_000
"""A month that never comes."""
_DECIDED: Final = ("discount_rate", "overhead_share", "workplace_cost")


@dataclass(frozen=True)
class Known:
    """The frames of `appraisal_frame`, and what holds for all rows."""

    months: pl.DataFrame
    paces: Mapping[str, dict[str, Any]]
    changes: pl.DataFrame
    assumptions: Mapping[str, Range]
    end: dt.date
    seed: int

    @classmethod
    def of_frames(
        cls,
        months: pl.DataFrame,
        paces: pl.DataFrame,
        changes: pl.DataFrame,
        assumptions: pl.DataFrame,
        end: dt.date,
        seed: int,
    ) -> Known:
        """The frames as `appraisal_frame` takes them; an assumption without bounds has its value for both."""
        held = {
            name: Range(value, value if low is None else low, value if high is None else high)
            for name, value, low, high in assumptions.select("assumption", "value", "low", "high").rows()
        }
        return cls(months, {row["measure_id"]: row for row in paces.to_dicts()}, changes, held, end, seed)

    @property
    def years(self) -> float:
        """The horizon after go-live."""
        return self.assumptions["appraisal_years"].value if "appraisal_years" in self.assumptions else DEFAULT_YEARS

    def middle(self) -> Uncertain:
        """Nothing deviates."""
        return Uncertain(**{name: np.array([self._range(name).value]) for name in _DECIDED})

    def drawn(self, outlook: Outlook, draws: int) -> Uncertain:
        """Draws of all that is not certain; the same for a measure, whichever others there are."""
        rng = np.random.default_rng([self.seed, *outlook.measure_id.encode()])
        decided = {name: self._range(name).drawn(rng, draws) for name in _DECIDED}
        cash_pace, hours = outlook.pace.drawn(rng, draws), outlook.hours
        if hours is None:
            nought = np.zeros(draws)
            return Uncertain(
                **decided, cash_pace=cash_pace, capacity=nought, capacity_pace=nought, staff_cost_rate=nought + 1
            )
        return Uncertain(
            **decided,
            cash_pace=cash_pace,
            capacity=rng.standard_normal(draws),
            capacity_pace=hours.pace.drawn(rng, draws),
            staff_cost_rate=hours.rate.drawn(rng, draws),
        )

    def told(self, name: str, measure_id: str) -> Range | None:
        """An assumption about a measure, else about all of them."""
        return self.assumptions.get(f"{name}.{measure_id}", self.assumptions.get(name))

    def overhead_state(self, seen: Outlook) -> str:
        """Whether overheads and workplaces stand in the value of the hours: only of posts that went."""
        if not seen.relief.any():
            return "no_post_lapsed"
        told = {"overhead_share", "workplace_cost"} <= self.assumptions.keys()
        return "counted" if told else "not_told"

    def _range(self, name: str) -> Range:
        return self.assumptions.get(name, Range(0.0, 0.0, 0.0))


def refused_cash(known: Known, scope: dict[str, Any], mine: pl.DataFrame) -> str | None:
    """Why nothing can be said of a measure's money, if so."""
    told = mine.drop_nulls("net_cash_eur")
    if scope["status"] not in AT_WORK or scope["went_live_on"] is None or scope["went_live_on"] >= known.end:
        return "not_live"
    if "discount_rate" not in known.assumptions:
        return "no_discount_rate"
    if mine["cash_released_eur"].drop_nulls().is_empty():
        return "no_bookings"
    if told.height < mine["cash_released_eur"].drop_nulls().len():
        return "parallel_cost_unknown"
    if months_between(told["month"][-1], known.end) > MOST_SILENT_MONTHS + 1:
        return "finance_silent"
    if told["net_cash_eur"].cast(pl.Float64).abs().max() == 0:
        return "nothing_booked"
    if scope["status"] != MeasureStatus.STOPPED and known.paces[scope["measure_id"]]["months_since"] < FEWEST_MONTHS:
        return "pace_too_short"
    return None


def refused_hours(known: Known, scope: dict[str, Any], mine: pl.DataFrame) -> str | None:
    """Why the hours of a measure cannot be valued, if so."""
    claimed = mine.drop_nulls("minutes")
    if claimed.is_empty():
        return "no_hours"
    if claimed["capacity_value"].null_count() or claimed["hour_eur"].null_count():
        return "no_staff_rate"
    if mine["lapsed_fte"].max() and "annual_minutes" not in known.assumptions:
        return "no_annual_minutes"
    if scope["status"] == MeasureStatus.STOPPED:
        return None
    if months_between(claimed["month"][-1], known.end) > YEAR:
        return "hours_out_of_date"
    return "pace_too_short" if hours_since(known, scope["measure_id"], claimed).height < FEWEST_MONTHS else None


def hours_since(known: Known, measure_id: str, claimed: pl.DataFrame) -> pl.DataFrame:
    """The months with hours since a measure that has any went live or ended, at most twelve."""
    with_hours = known.months.drop_nulls("minutes")["measure_id"].unique()
    moved = known.changes.filter(
        pl.col("change").is_in(["went_live", "ended"])
        & pl.col("measure_id").is_in(with_hours.implode())
        & ((pl.col("measure_id") == measure_id) | ((measure_id == ALL) & (pl.col("measure_id") != ALL)))
    )
    since = moved["month"].max()
    return claimed.filter(pl.col("month") >= since).tail(YEAR) if since is not None else claimed.tail(YEAR)


def months_between(earlier: dt.date, later: dt.date) -> int:
    """How many months the later one lies after the earlier one."""
    return (later.year - earlier.year) * YEAR + later.month - earlier.month


def month(first: dt.date, position: int) -> dt.date:
    """The month so many after the first."""
    months = first.year * YEAR + first.month - 1 + position
    return dt.date(months // YEAR, months % YEAR + 1, 1)


def outlook(known: Known, scope: dict[str, Any], mine: pl.DataFrame) -> Outlook:
    """What is booked and what the pace promises, of a measure that is not refused."""
    told = mine.drop_nulls("net_cash_eur")
    first, is_stopped = mine["month"][0], scope["status"] == MeasureStatus.STOPPED
    pace, closed = known.paces.get(scope["measure_id"], {}), scope.get("paper_route_closed_on")
    return Outlook(
        measure_id=scope["measure_id"],
        first=first,
        went_live=months_between(first, scope["went_live_on"]),
        booked=told["net_cash_eur"].cast(pl.Float64).to_numpy(),
        pace=Pace(
            pace.get("recurring_net") or 0.0, pace.get("recurring_net_deviation") or 0.0, pace.get("months_since") or 0
        ),
        parallel=pace.get("parallel_cost") or 0.0,
        closes=closing(first, closed, known.end),
        ends=told.height if is_stopped else _NEVER,
        hours=_hours(known, scope, mine),
        relief=_posts(
            told["staff_relief_eur"].cast(pl.Float64), pace.get("staff_relief") or 0.0, is_stopped=is_stopped
        ),
        posts=_posts(told["lapsed_fte"], told["lapsed_fte"][-1], is_stopped=is_stopped),
    )


def closing(first: dt.date, closed: dt.date | None, end: dt.date) -> int:
    """The first full month without a paper route, where it is yet to come: what is booked after a closing goes on."""
    if closed is None or closed < end:
        return _NEVER
    return months_between(first, closed) + (closed.day > 1)


def _posts(past: pl.Series, to_come: float, *, is_stopped: bool) -> Floats:
    return np.append(past.cast(pl.Float64).to_numpy(), 0.0 if is_stopped else to_come)


def _hours(known: Known, scope: dict[str, Any], mine: pl.DataFrame) -> Hours | None:
    """The hours of a measure in euros; bounds of months are narrowed so that their sum has the bounds it was given."""
    claimed = mine.drop_nulls("minutes")
    if refused_hours(known, scope, mine):
        return None
    last = claimed.row(-1, named=True)
    width = (claimed["p90"] - claimed["p10"]).sum()
    narrowed = (last["so_far_p90"] - last["so_far_p10"]) / width if width > 0 else 1.0
    euros = pl.col("hour_eur") / MINUTES * narrowed / P90
    valued = mine.filter(pl.col("month") <= last["month"]).with_columns(
        pl.col("capacity_value").fill_null(0.0),
        ((pl.col("p90") - pl.col("p50")) * euros).fill_null(0.0).alias("wider"),
        ((pl.col("p50") - pl.col("p10")) * euros).fill_null(0.0).alias("narrower"),
        _kept(known).alias("kept"),
    )
    # Of a measure that has ended there is no pace; its last months only size it.
    since = (
        claimed.tail(YEAR)
        if scope["status"] == MeasureStatus.STOPPED
        else hours_since(known, scope["measure_id"], claimed)
    )
    window = valued.join(since, on="month", how="semi")
    value, wider, narrower, kept = (valued[name].to_numpy() for name in ("capacity_value", "wider", "narrower", "kept"))
    of_pace = window["capacity_value"].to_numpy()
    return Hours(
        value=value,
        wider=wider,
        narrower=narrower,
        pace=Pace(float(of_pace.mean()), deviation(of_pace), len(of_pace)),
        pace_wider=float(window["wider"].to_numpy().mean()),
        pace_narrower=float(window["narrower"].to_numpy().mean()),
        rate=Range(1.0, last["hour_low_eur"] / last["hour_eur"], last["hour_high_eur"] / last["hour_eur"]),
        kept=kept,
        hour_eur=last["hour_eur"],
        cases=int(window["claimed_cases"].sum()),
        ends=len(value) if scope["status"] == MeasureStatus.STOPPED else _NEVER,
    )


def deviation(months: Floats) -> float:
    """How far months lie apart: the standard deviation of a sample, none of a single one."""
    return float(months.std(ddof=1)) if len(months) > 1 else 0.0


def _kept(known: Known) -> pl.Expr:
    """Share of a month's minutes whose post did not go: those of a post that went are cash already."""
    annual = known.assumptions.get("annual_minutes", Range(0.0, 0.0, 0.0)).value
    left = 1 - pl.col("lapsed_fte") * annual / YEAR / pl.col("minutes")
    return pl.when((pl.col("lapsed_fte") > 0) & (pl.col("minutes") > 0)).then(left.clip(0, 1)).otherwise(1.0)


def ranges(known: Known, seen: Outlook, line: str) -> dict[str, Range]:
    """What can be otherwise, from its tenth to its ninetieth percentile, or between its decided bounds."""
    found = {
        name: known.assumptions[name] for name in ("discount_rate", "appraisal_years") if name in known.assumptions
    }
    is_over = seen.ends <= len(seen.booked)
    if not is_over:
        bound = seen.pace.bound
        found["cash_pace"] = Range(seen.pace.mean, seen.pace.mean - bound, seen.pace.mean + bound)
    if line != "cash" and seen.hours is not None:
        mean, bound = seen.hours.pace.mean, seen.hours.pace.bound
        found["capacity"] = Range(0.0, -P90, P90)
        found["staff_cost_rate"] = seen.hours.rate
        if not is_over:
            found["capacity_pace"] = Range(mean, mean - bound, mean + bound)
        if known.overhead_state(seen) == "counted":
            found |= {name: known.assumptions[name] for name in ("overhead_share", "workplace_cost")}
    return {name: of for name, of in found.items() if of.low < of.high}


def in_its_unit(seen: Outlook, name: str, value: float) -> float:
    """A value of `ranges` as people say it: the rate in euros an hour, the hours in euros a month."""
    if seen.hours is None or name not in ("staff_cost_rate", "capacity"):
        return value
    if name == "staff_cost_rate":
        return round(value * seen.hours.hour_eur, 6)
    width = seen.hours.pace_wider if value > 0 else seen.hours.pace_narrower
    return seen.hours.pace.mean + value * width


def services_of(known: Known, scope: dict[str, Any], year: dict[str, Any], off: Floats) -> Services:
    """A year of a measure's services, its hours so many standard deviations off their estimate."""
    booked = known.months.filter(pl.col("measure_id") == scope["measure_id"])
    pace = known.paces[scope["measure_id"]]
    saved, gap = year["saved_minutes"] or 0.0, year["gap_minutes"] or 0.0
    width = np.where(off > 0, (year["saved_p90"] or 0.0) - saved, saved - (year["saved_p10"] or 0.0)) / P90
    minutes = saved + off * np.maximum(width, 0)
    return Services(
        cases=year["cases"],
        paper_cases=year["paper_cases"],
        proven_paper_cases=year["proven_paper_cases"] or 0.0,
        gap_minutes=gap,
        after_minutes=year["after_minutes"] or 0.0,
        saved_minutes=minutes,
        relief=(pace["relief"] or 0.0) * YEAR,
        running_cost=(pace["running_cost"] or 0.0) * YEAR,
        parallel_cost=(pace["parallel_cost"] or 0.0) * YEAR,
        one_off_cost=float(booked["one_off_cost_eur"].sum() or 0),
    )
