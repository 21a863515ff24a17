"""Sums of the savings over measures and months: cash and hours each for themselves, never added to each other."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from dashboards.pages.gathered import Gathered, spark
from dashboards.questions import records
from dashboards.words import numbers, say
from dashboards.writing.elements import KeyFigure

CASH = ("cash_released_eur", "one_off_cost_eur", "running_cost_eur", "parallel_cost_eur", "net_cash_eur")
HOURS = ("capacity_released_hours", "capacity_low_hours", "capacity_high_hours")


@dataclass(frozen=True)
class Measures:
    """Names of the measures with and without a figure."""

    known: tuple[str, ...]
    missing: tuple[str, ...]


def with_value(frame: pl.DataFrame, column: str) -> Measures:
    """Which measures have a value in `column` in at least one month."""
    known = frame.filter(pl.col(column).is_not_null())["measure_name"].unique().sort().to_list()
    return Measures(tuple(known), tuple(name for name in frame["measure_name"].unique().sort() if name not in known))


def cash_by_month(frame: pl.DataFrame) -> pl.DataFrame:
    """Net cash of all measures that have one, by month, and its running sum in `cumulative_cash_eur`."""
    sums = [pl.col(name).cast(pl.Decimal(18, 2)).sum() for name in CASH]
    return (
        frame.filter(pl.col("net_cash_eur").is_not_null())
        .group_by("month").agg(*sums).sort("month")
        .with_columns(pl.col("net_cash_eur").cum_sum().alias("cumulative_cash_eur"))
    )  # fmt: skip


def hours_by_month(frame: pl.DataFrame) -> pl.DataFrame:
    """Freed hours of all measures that have them, by month, with their bounds added up like the values."""
    known = frame.filter(pl.col("capacity_released_hours").is_not_null())
    return (
        known.group_by("month")
        .agg(*(pl.col(name).sum() for name in HOURS), pl.col("claimed_cases").sum())
        .sort("month")
    )


def worst_grade(frame: pl.DataFrame) -> str:
    """The weakest evidence grade used, empty when there is none."""
    grades = frame["evidence_grade"].drop_nulls()
    return "" if grades.is_empty() else str(grades.max())


def cash_key(have: Gathered) -> KeyFigure:
    """Net cash since the beginning, all booked cost taken off."""
    metric = have.metrics["cumulative_cash_eur"]
    months = cash_by_month(have.savings)
    if months.is_empty():
        return KeyFigure(metric, missing=say.no_statement(why_no_cash(have)), page="einsparungen.html")
    total: Decimal = months["cumulative_cash_eur"][-1]
    cash = have.savings.filter(pl.col("net_cash_eur").is_not_null())
    return KeyFigure(
        metric,
        value=numbers.plain(total),
        unit="€ netto",
        basis=f"bis {numbers.month(months['month'][-1])}, "
        f"{say.plural(len(with_value(cash, 'net_cash_eur').known), 'Maßnahme', 'Maßnahmen')}, "
        f"Nachweisgrad {worst_grade(cash) or 'unbekannt'}",
        change=_cash_last_year(months),
        spark=spark(months, "cumulative_cash_eur", "ink"),
        page="einsparungen.html",
    )


def _cash_last_year(months: pl.DataFrame) -> str:
    gained = months["net_cash_eur"].tail(12).sum()
    return f"{numbers.signed(gained)}{numbers.THIN}€ in den letzten {min(12, months.height)} Monaten"


def capacity_key(have: Gathered) -> KeyFigure:
    """Hours of working time freed over the last twelve full months; not money."""
    metric = have.metrics["capacity_released_hours"]
    year = records.last_months(have.savings, have.marts, 12)
    months = hours_by_month(year)
    if months.is_empty():
        return KeyFigure(
            metric,
            missing=say.no_statement(why_no_hours(have)),
            page="einsparungen.html",
        )
    value, low, high = (float(months[name].sum()) for name in HOURS)
    hours = year.filter(pl.col("capacity_released_hours").is_not_null())
    return KeyFigure(
        metric,
        value=numbers.plain(value),
        unit="Stunden",
        basis=f"letzte {months.height} Monate, {say.basis(int(months['claimed_cases'].sum()))}, "
        f"Nachweisgrad {worst_grade(hours) or 'unbekannt'}",
        change=f"Spanne {say.span(low, high)} Stunden",
        spark=spark(hours_by_month(have.savings), "capacity_released_hours", "digital"),
        page="einsparungen.html",
    )


def why_no_cash(have: Gathered) -> str:
    """What is missing for a statement on money, and who has it."""
    if have.savings.is_empty():
        return "Es ist noch keine Maßnahme mit Wirkung erfasst; die Maßnahmen trägt das Controlling ein."
    return (
        "Es fehlen Buchungen aus dem Finanzverfahren für "
        f"{say.listed(with_value(have.savings, 'net_cash_eur').missing)}; sie liegen in der Kämmerei."
    )


def why_no_hours(have: Gathered) -> str:
    """What is missing for a statement on hours, and who has it."""
    if have.savings.is_empty():
        return "Es ist noch keine Maßnahme mit Wirkung erfasst; die Maßnahmen trägt das Controlling ein."
    return "Es fehlen Minutenwerte oder Vorgänge aus der Zeit vor dem Start; die Minutenwerte liefern die Fachämter."
