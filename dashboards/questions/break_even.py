"""Questions about when measures have paid for themselves, what moves that, and what other ways would cost.

Money (`cash`) and hours valued in euros (`cash_and_capacity`) are two lines, asked one at a time.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboards.questions.marts import Marts

CASH: Final = "cash"
WITH_HOURS: Final = "cash_and_capacity"
TOWN: Final = "all"


def pace(marts: Marts) -> pl.DataFrame:
    """The town's money of a month since its last change: one row, or none where nothing ever changed."""
    return marts.ask("select * from monitor.rpt_savings_pace where scope = 'all'")


def of_the_town(marts: Marts, line: str) -> pl.DataFrame:
    """One row on all measures together, or none."""
    return marts.ask(
        "select * from monitor.rpt_break_even where measure_id = $town and line = $line", town=TOWN, line=line
    )


def by_measure(marts: Marts, line: str) -> pl.DataFrame:
    """One row per measure, those that have paid for themselves first; of hours of too few cases nothing."""
    return marts.ask(
        """
        select b.*, m.measure_name
        from monitor.rpt_break_even as b inner join monitor.dim_measures as m using (measure_id)
        where b.line = $line and (not b.is_small_cell or not $hides)
        order by b.payback_month_p50 nulls last, b.npv_eur desc nulls last, b.measure_id
        """,
        line=line,
        hides=marts.rows_are_hidden(),
    )


def months_of_the_town(marts: Marts, line: str) -> pl.DataFrame:
    """The discounted sum so far, month by month up to the horizon."""
    return marts.ask(
        """
        select month, is_booked, discounted_sum_eur as value, discounted_sum_p10_eur as low,
               discounted_sum_p50_eur as middle, discounted_sum_p90_eur as high
        from monitor.rpt_break_even_monthly where measure_id = $town and line = $line order by month
        """,
        town=TOWN,
        line=line,
    )


def drivers_of_the_town(marts: Marts, line: str) -> pl.DataFrame:
    """What moves the town's value, most first."""
    return marts.ask(
        """
        select * from monitor.rpt_break_even_drivers
        where measure_id = $town and line = $line and (not is_small_cell or not $hides) order by driver_rank
        """,
        town=TOWN,
        line=line,
        hides=marts.rows_are_hidden(),
    )


def alternatives(marts: Marts) -> pl.DataFrame:
    """One row per measure, way and line; on too few cases none."""
    return marts.ask(
        """
        select a.*, m.measure_name
        from monitor.rpt_alternatives as a inner join monitor.dim_measures as m using (measure_id)
        where not a.is_small_cell or not $hides
        order by m.measure_name, a.measure_id, a.line, a.npv_eur desc nulls last, a.alternative
        """,
        hides=marts.rows_are_hidden(),
    )
