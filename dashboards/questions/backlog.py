"""Questions about the stock of open cases."""

from __future__ import annotations

import datetime as dt

import polars as pl

from dashboards.questions.marts import Marts
from dashboards.questions.small_cells import Table


def days(marts: Marts) -> pl.DataFrame:
    """One row per day of the whole town over the last year and a bit, oldest first."""
    return marts.ask_hiding(
        ("day", "is_log_start", "dated_source_count", "reached_source_count", "coverage_share", "is_provisional"),
        """
        select * from monitor.rpt_backlog_daily
        where service_code = 'all' and office_code = 'all' and day between $start::date and $as_of::date
        order by day
        """,
        start=marts.setting.as_of - dt.timedelta(days=371),
        as_of=marts.setting.as_of,
    )


def by_office(marts: Marts) -> pl.DataFrame:
    """The last day by office, most open cases first."""
    frame = marts.ask(
        """
        select b.*, coalesce(o.office_name, b.office_code) as office_name
        from monitor.rpt_backlog_daily as b left join monitor.dim_offices as o using (office_code)
        where b.service_code = 'all' and b.office_code <> 'all'
          and day = (select day from monitor.rpt_backlog_daily where day <= $as_of::date order by day desc limit 1)
        order by open_cases desc, office_code
        """,
        as_of=marts.setting.as_of,
    )
    return marts.without_small_groups(
        frame, Table("stock of offices", "open_cases", ("office_code", "office_name", "day"))
    )
