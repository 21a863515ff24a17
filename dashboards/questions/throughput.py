"""Questions about duration: how long decisions take, for which service, and which office keeps its deadlines."""

from __future__ import annotations

import polars as pl

from dashboards.questions.marts import WINDOW_MONTHS, Marts
from dashboards.questions.setting import shifted
from dashboards.questions.small_cells import Table


def months(marts: Marts) -> pl.DataFrame:
    """One row per month of the whole town, oldest first, up to the running month."""
    return marts.ask_hiding(
        ("month", "is_log_start", "dated_source_count", "reached_source_count", "coverage_share", "is_provisional"),
        """
        select * from monitor.rpt_throughput_monthly
        where service_code = 'all' and office_code = 'all' and intake_channel = 'all'
          and month between $start and $end
        order by month
        """,
        start=shifted(marts.setting.this_month, -WINDOW_MONTHS),
        end=marts.setting.this_month,
    )


def year_of_the_town(marts: Marts) -> pl.DataFrame:
    """What came, was decided and kept its deadline in the last twelve full months, in one row."""
    year = marts.ask_hiding(
        ("period",),
        """
        select * from monitor.rpt_throughput_yearly
        where service_code = 'all' and office_code = 'all' and period = 'last_12_months'
        """,
    )
    return marts.without_telling_year(year, months(marts))


def deadlines_by_office(marts: Marts) -> pl.DataFrame:
    """Decided cases with a deadline by office over the last twelve full months."""
    frame = marts.ask(
        """
        select r.office_code, coalesce(o.office_name, r.office_code) as office_name,
               on_time_cases, deadline_cases, late_cases, on_time_share
        from monitor.rpt_throughput_yearly as r left join monitor.dim_offices as o using (office_code)
        where r.service_code = 'all' and r.office_code <> 'all' and period = 'last_12_months' and deadline_cases > 0
        order by deadline_cases desc, office_code
        """,
    )
    is_told = not year_of_the_town(marts)["on_time_share"].has_nulls()
    table = Table("deadlines of offices", "deadline_cases", ("office_code", "office_name"), is_total_safe=is_told)
    return marts.without_small_groups(frame, table)


def lead_times_by_service(marts: Marts) -> pl.DataFrame:
    """How long decisions took by service over the last twelve full months; `then_days` a year before."""
    frame = marts.ask(
        """
        with
        now as (select * from monitor.rpt_lead_time_by_service where period = 'last_12_months'),
        before as (select * from monitor.rpt_lead_time_by_service where period = '12_months_before')
        select now.service_code, coalesce(s.service_name, now.service_code) as service_name,
               now.target_working_days, now.decided, now.median_days, now.p90_days, now.median_working_days,
               now.working_cases,
               case when before.decided >= $least then before.median_days end as then_days
        from now left join before using (service_code) left join monitor.dim_services as s using (service_code)
        where now.service_code <> 'all' and now.decided > 0
        order by now.median_days desc nulls last, now.service_code
        """,
        least=marts.least,
    )
    table = Table("lead times of services", "decided", ("service_code", "service_name", "target_working_days"))
    return marts.without_small_groups(frame, table)


def lead_time_of_the_town(marts: Marts) -> pl.DataFrame:
    """How long decisions took in the last twelve full months, open cases counted, in one row."""
    return marts.ask_hiding(
        ("service_code", "period"),
        "select * from monitor.rpt_lead_time_by_service where service_code = 'all' and period = 'last_12_months'",
    )


def lead_time_curve(marts: Marts) -> pl.DataFrame:
    """The share of the cases received in the last twelve full months that is undecided after each day."""
    return marts.ask_hiding(
        ("days",),
        """
        select days, undecided_share, low, high, at_risk_cases, is_small_cell from monitor.rpt_lead_time_curve
        where service_code = 'all' and period = 'last_12_months' order by days
        """,
    ).drop_nulls("undecided_share")
