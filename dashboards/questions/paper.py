"""Questions about paper: intake, letters, files, work in the house, the scan centre."""

from __future__ import annotations

from itertools import takewhile

import polars as pl

from dashboards.questions.marts import WINDOW_MONTHS, Marts
from dashboards.questions.setting import shifted
from dashboards.questions.small_cells import hidden_last


def months(marts: Marts) -> pl.DataFrame:
    """One row per month of the whole town, by month of receipt, else of the first event.

    `decided_share` says how many of the month's cases have come to their end.
    """
    return marts.ask_hiding(
        ("month", "month_basis", "coverage_share", "is_provisional"),
        """
        select * from monitor.rpt_paper_share_monthly
        where service_code = 'all' and office_code = 'all' and month between $start and $end
          and month_basis = (
            select month_basis from monitor.rpt_paper_share_monthly
            where service_code = 'all' and office_code = 'all' and cases > 0
            order by month_basis = 'received' desc limit 1)
        order by month
        """,
        start=shifted(marts.setting.this_month, -WINDOW_MONTHS),
        end=marts.setting.this_month,
    )


def intake_by_service(marts: Marts, basis: str) -> pl.DataFrame:
    """Applications with known channel by service over twelve full months: all, on paper, online.

    Most paper first; `town_paper_so_far_share` is what a service and all before it bring of the town's paper, null from
    the first on whose paper is hidden: less what the others bring it would be told.
    """
    frame = marts.ask(
        """
        select r.*, coalesce(s.service_name, r.service_code) as service_name
        from monitor.rpt_paper_share_yearly as r left join monitor.dim_services as s using (service_code)
        where r.service_code <> 'all' and r.office_code = 'all' and month_basis = $basis and period = 'last_12_months'
          and known_channel_cases > 0
        order by paper_rank
        """,
        basis=basis,
    )
    is_told = not intake_of_the_town(marts, basis)["paper_share_in"].has_nulls()
    shown = marts.without_small_groups(
        frame, "known_channel_cases", "service_code", "service_name", is_total_safe=is_told
    )
    hidden = set(shown.filter(pl.col("paper_in_cases").is_null())["service_code"])
    before = list(takewhile(lambda code: code not in hidden, frame["service_code"]))
    so_far = pl.col("town_paper_so_far_share")
    told = pl.when(pl.col("service_code").is_in(before)).then(so_far).alias("town_paper_so_far_share")
    return hidden_last(shown.with_columns(told), "paper_in_cases", "service_code")


def intake_of_the_town(marts: Marts, basis: str) -> pl.DataFrame:
    """The same of the whole town, in one row."""
    year = marts.ask_hiding(
        ("period",),
        """
        select * from monitor.rpt_paper_share_yearly
        where service_code = 'all' and office_code = 'all' and month_basis = $basis and period = 'last_12_months'
        """,
        basis=basis,
    )
    return marts.without_telling_year(year, months(marts))


def scans_by_month(marts: Marts) -> pl.DataFrame:
    """Scanned pages by month over the last twelve full months; `own_pages` were born digital and printed."""
    start, end = marts.year()
    return marts.ask_hiding(
        ("month",),
        "select * from monitor.rpt_scans_monthly where month >= $start and month < $end order by month",
        start=start,
        end=end,
    ).drop_nulls("documents")


def scans_of_the_year(marts: Marts) -> pl.DataFrame:
    """The same of these months together, in one row."""
    return marts.ask_hiding(("period",), "select * from monitor.rpt_scans_yearly where period = 'last_12_months'")


def rule_changes(marts: Marts, column: str) -> pl.DataFrame:
    """Days since which a channel counts otherwise than before; `counts`: whether now as `column`, paper or online.

    The first day of a channel's first rule is no change.
    """
    frame = marts.ask(
        """
        select valid_from, date_trunc('month', valid_from)::date as month, intake_channel, counts_as_paper,
               counted_as_paper_before, counts_as_online, counted_as_online_before
        from monitor.dim_channel_rules where valid_from <= $as_of::date order by valid_from, intake_channel
        """,
        as_of=marts.setting.as_of,
    )
    now, before = f"counts_as_{column}", f"counted_as_{column}_before"
    moved = frame.filter(pl.col(now) != pl.col(before))
    return moved.select("valid_from", "month", "intake_channel", pl.col(now).alias("counts"))


def paper_channels(marts: Marts) -> pl.DataFrame:
    """The channels of the last twelve full months that counted as paper, commonest first, and whether always."""
    return marts.ask(
        """
        select intake_channel, is_always_paper, channel_paper_share, town_known_channel_cases, paper_in_cases
        from monitor.rpt_intake_channels_yearly
        where period = 'last_12_months' and paper_in_cases >= $least
        order by paper_in_cases desc, intake_channel
        """,
        least=marts.least,
    )
