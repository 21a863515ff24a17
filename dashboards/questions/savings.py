"""Questions about measures and what they brought. Money in euros and time in hours are two figures, never added."""

from __future__ import annotations

import datetime as dt
from typing import Final

import polars as pl

from dashboards.questions.marts import Marts
from dashboards.questions.small_cells import MARK, hide_small_parts

OF_THE_MONTH: Final = ("capacity_released_hours", "capacity_low_hours", "capacity_high_hours", "claimed_cases")
OF_THE_YEAR: Final = (
    "capacity_last_12_months_hours",
    "capacity_low_last_12_months_hours",
    "capacity_high_last_12_months_hours",
    "channel_effect_last_12_months_hours",
    "efficiency_effect_last_12_months_hours",
    "claimed_last_12_months_cases",
)
BENEATH: Final = ("b", "c")


def months(marts: Marts) -> pl.DataFrame:
    """One row per full month over all measures, oldest first, with running sums and those of twelve months.

    Hours that rest on too few cases are hidden; booked money rests on no case and stays.
    """
    frame = marts.ask(
        "select * from monitor.rpt_savings_totals_monthly where scope = 'all' and month < $end order by month",
        end=marts.setting.this_month,
    )
    return _without_few(frame, marts)


def by_measure(marts: Marts) -> pl.DataFrame:
    """One row per measure as of the last full month, earliest go-live first; its figures are null without a claim."""
    frame = marts.ask(
        """
        with latest as (
            select * from monitor.rpt_savings_totals_monthly where scope <> 'all' and month < $end
            qualify row_number() over (partition by scope order by month desc) = 1
        ),
        told as (
            select scope, cumulative_cash_released_eur as released, cumulative_cash_eur as net
            from monitor.rpt_savings_totals_monthly
            where scope <> 'all' and month < $end and cash_released_eur is not null
            qualify row_number() over (partition by scope order by month desc) = 1
        )
        select m.measure_id, m.measure_name, m.went_live_on, m.status, latest.* exclude (scope)
               replace (told.released as cumulative_cash_released_eur, told.net as cumulative_cash_eur)
        from monitor.dim_measures as m
        left join latest on latest.scope = 'measure:' || m.measure_id
        left join told on told.scope = latest.scope
        order by m.went_live_on nulls last, m.measure_id
        """,
        end=marts.setting.this_month,
    )
    touched = marts.ask(
        "select measure_id, count(*)::bigint as services from monitor.bridge_measure_services group by all"
    )
    measures = frame.join(touched, on="measure_id", how="left", maintain_order="left")
    return _without_few(measures, marts).with_columns(pl.col("services").fill_null(0))


def by_grade(marts: Marts) -> pl.DataFrame:
    """One row per measure and evidence grade with hours in the last twelve full months, most hours first."""
    return marts.ask(
        """
        with latest as (
            select * from monitor.rpt_savings_totals_monthly where scope <> 'all' and month < $end
            qualify row_number() over (partition by scope order by month desc) = 1
        ),
        graded as (
            select scope, 'A' as grade, capacity_last_12_months_hours as value,
                   capacity_low_last_12_months_hours as low, capacity_high_last_12_months_hours as high,
                   claimed_last_12_months_cases as cases
            from latest
            union all
            select scope, 'B', grade_b_last_12_months_hours, grade_b_low_last_12_months_hours,
                   grade_b_high_last_12_months_hours, grade_b_last_12_months_cases
            from latest
            union all
            select scope, 'C', grade_c_last_12_months_hours, grade_c_low_last_12_months_hours,
                   grade_c_high_last_12_months_hours, grade_c_last_12_months_cases
            from latest
        )
        select m.measure_id, m.measure_name, graded.* exclude (scope)
        from graded
        inner join monitor.dim_measures as m on graded.scope = 'measure:' || m.measure_id
        where graded.value is not null and (graded.cases >= $min_cases or not $hides)
        order by grade, value desc, measure_id
        """,
        end=marts.setting.this_month,
        min_cases=marts.setting.min_cases,
        hides=marts.rows_are_hidden(),
    )


def not_in_the_headline(marts: Marts) -> pl.DataFrame:
    """One row per measure and service whose hours of the last full month are not in the headline, and why."""
    return marts.ask(
        """
        select m.measure_name, coalesce(s.service_name, r.service_code) as service_name, r.claim_state, r.refusal_reason
        from monitor.rpt_savings_monthly as r
        inner join monitor.dim_measures as m using (measure_id)
        left join monitor.dim_services as s using (service_code)
        where r.service_code <> 'all' and r.month < $end
        qualify r.claim_state <> 'claimed'
            and row_number() over (partition by r.measure_id, r.service_code order by r.month desc) = 1
        order by m.measure_name, service_name
        """,
        end=marts.setting.this_month,
    )


def go_lives(marts: Marts, since: dt.date) -> pl.DataFrame:
    """Months in which measures went live, with the first one's name and how many there were."""
    return marts.ask(
        """
        select date_trunc('month', went_live_on)::date as month, count(*)::bigint as measures,
               min_by(measure_name, (went_live_on, measure_id)) as name
        from monitor.dim_measures
        where went_live_on >= $since and went_live_on <= $as_of
        group by all order by month
        """,
        since=since,
        as_of=marts.setting.as_of,
    )


def missing_bookings(marts: Marts) -> pl.DataFrame:
    """Per source of bookings how many of its records were refused and are in no figure."""
    return marts.ask(
        """
        select source_name as source, refused_bookings from monitor.rpt_sources
        where source <> 'all' and refused_bookings > 0 order by source_name, source
        """
    )


def refused_deliveries(marts: Marts) -> pl.DataFrame:
    """Per source of bookings or budget lines how many of its deliveries the last run refused whole."""
    return marts.ask(
        """
        select source_name as source, observed::bigint as refused
        from monitor.rpt_log_health inner join monitor.rpt_sources using (source)
        where check_name = 'refused_deliveries' and source in (
            select source from monitor.fct_deliveries where record_kind in ('costs', 'budget')
        )
        order by source_name, source
        """
    )


def names(marts: Marts) -> dict[str, str]:
    """The name of each measure by its code."""
    frame = marts.ask("select measure_id, coalesce(measure_name, measure_id) as name from monitor.dim_measures")
    return dict(frame.rows())


def _without_few(frame: pl.DataFrame, marts: Marts) -> pl.DataFrame:
    if not marts.rows_are_hidden():
        return frame
    # Without a claim nothing is hidden: the hours are unknown, and the page says so.
    few_now, few_in_a_year = (
        pl.col(base).is_not_null() & (pl.col(base) < marts.setting.min_cases)
        for base in ("claimed_cases", "claimed_last_12_months_cases")
    )
    return hide_small_parts(frame, marts.setting.min_cases).with_columns(
        *(pl.when(~few_now).then(pl.col(name)).alias(name) for name in OF_THE_MONTH),
        *(pl.when(~few_in_a_year).then(pl.col(name)).alias(name) for name in OF_THE_YEAR),
        (few_now | few_in_a_year).alias(MARK),
    )
