"""Questions about what became of plans and money: bridges of budget lines, cost of a case, plans, posts, routes."""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboards.questions import paper, throughput
from dashboards.questions.marts import Marts
from dashboards.questions.small_cells import MARK

ONLINE: Final = "online"
LINE_STEPS: Final = ("old", "price", "volume", "proven_digital_saving", "other_measures", "unexplained", "actual")


def bridges(marts: Marts) -> pl.DataFrame:
    """One row per budget line in its last year that is over, a column per step; most proven relief first.

    Lines without the year before have no bridge and are left out.
    """
    return marts.ask(
        """
        with latest as (
            select * from monitor.rpt_budget_bridge
            qualify year = max(year) over ()
        ),
        wide as (
            select budget_line_id, year, any_value(product) as product,
                   max(amount_eur) filter (where step = 'old') as old,
                   max(amount_eur) filter (where step = 'price') as price,
                   max(amount_eur) filter (where step = 'volume') as volume,
                   max(amount_eur) filter (where step = 'proven_digital_saving') as proven_digital_saving,
                   max(amount_eur) filter (where step = 'other_measures') as other_measures,
                   max(amount_eur) filter (where step = 'unexplained') as unexplained,
                   max(amount_eur) filter (where step = 'actual') as actual,
                   max(unknown_parts) as unknown_parts, max(booking_count) as booking_count,
                   max(evidence_grade) as evidence_grade
            from latest group by budget_line_id, year
        )
        select * from wide where unexplained is not null
        order by abs(proven_digital_saving) desc nulls last, abs(other_measures) desc nulls last, budget_line_id
        """
    )


def cost_per_case(marts: Marts) -> pl.DataFrame:
    """One row per service, by name: its last twelve full months and the twelve before; no rank of services.

    What the page on durations hides of a service is not told here either.
    """
    frame = marts.ask(
        """
        select r.*, coalesce(s.service_name, r.service_code) as service_name
        from monitor.rpt_cost_per_case as r left join monitor.dim_services as s using (service_code)
        where r.intake_channel = 'all' and r.cases > 0
          and r.period_end = (select max(period_end) from monitor.rpt_cost_per_case)
        order by lower(service_name), r.service_code
        """
    )
    shown = throughput.lead_times_by_service(marts).drop_nulls("decided").select("service_code")
    enough = frame.filter(pl.col("cases") >= marts.least)
    return enough.join(shown, on="service_code", how="semi", maintain_order="left")


def cost_by_channel(marts: Marts) -> pl.DataFrame:
    """The same by channel, for services none of whose channels is small; channels by name."""
    whole = cost_per_case(marts).select("service_code")
    frame = marts.ask(
        """
        select r.*, coalesce(s.service_name, r.service_code) as service_name
        from monitor.rpt_cost_per_case as r left join monitor.dim_services as s using (service_code)
        where r.intake_channel <> 'all' and r.cases > 0
          and r.period_end = (select max(period_end) from monitor.rpt_cost_per_case)
        qualify min(r.cases) over (partition by r.service_code) >= $least
        order by lower(service_name), r.service_code, r.intake_channel
        """,
        least=marts.least,
    )
    return frame.join(whole, on="service_code", how="semi", maintain_order="left")


def plans(marts: Marts) -> pl.DataFrame:
    """One row per measure, latest first; the volume stands only where the intake of all its services is told."""
    frame = marts.ask(
        """
        select m.measure_name, r.* from monitor.rpt_measure_plans as r
        inner join monitor.dim_measures as m using (measure_id)
        order by r.days_late desc nulls last, r.measure_id
        """
    )
    touched = marts.ask("select measure_id, service_code from monitor.bridge_measure_services")
    told = paper.intake_by_service(marts, "received").drop_nulls(["paper_in_cases", "online_cases"])
    hidden = touched.join(told, on="service_code", how="anti")["measure_id"].unique().to_list()
    is_told = ~pl.col("measure_id").is_in(hidden) & ~pl.col(MARK) | (not marts.rows_are_hidden())
    # Of another channel than online a count would tell the rest of the paper: there only whether half of the plan came.
    is_counted = is_told & ((pl.col("planned_channel") == ONLINE) | (not marts.rows_are_hidden()))
    # Euros and days rest on no case and stay.
    return frame.with_columns(
        pl.when(is_told).then("is_below_half").name.keep(),
        *(pl.when(is_counted).then(name).name.keep() for name in ("received_cases", "volume_share")),
    ).drop(MARK)


def persistence(marts: Marts) -> pl.DataFrame:
    """One row per measure and months after its first full year, with its share that is still saved or the reason."""
    frame = marts.ask(
        """
        select m.measure_name, r.* from monitor.rpt_savings_persistence as r
        inner join monitor.dim_measures as m using (measure_id)
        order by r.months_after, m.measure_name
        """
    )
    return frame.filter(~pl.col("is_small_cell")) if marts.rows_are_hidden() else frame


def posts(marts: Marts) -> pl.DataFrame:
    """One row per office, and the town (`all`) first, in the year of the as-of day."""
    frame = marts.ask(
        """
        select r.*, coalesce(o.office_name, r.office_code) as office_name
        from monitor.rpt_posts_balance as r left join monitor.dim_offices as o using (office_code)
        where r.year = year($as_of)
        order by r.office_code <> 'all', lower(office_name), r.office_code
        """,
        as_of=marts.setting.as_of,
    )
    return frame.filter(~pl.col("is_small_cell")) if marts.rows_are_hidden() else frame


def parallel_months(marts: Marts) -> pl.DataFrame:
    """One row per measure whose paper route was open in the last full month, dearest first after that of `all`."""
    return marts.ask(
        """
        select coalesce(m.measure_name, r.measure_id) as measure_name, r.* exclude (paper_in_cases, is_small_cell)
        from monitor.rpt_parallel_cost as r
        left join monitor.dim_measures as m using (measure_id)
        where r.month = (select max(month) from monitor.rpt_parallel_cost)
        order by r.measure_id <> 'all', r.month_cost_eur desc nulls last, measure_name
        """
    )


def paper_points(marts: Marts) -> pl.DataFrame:
    """One row per measure over all its services, cheapest point first; shares only where all its services are told."""
    frame = marts.ask(
        """
        select m.measure_name, r.* from monitor.rpt_paper_point_cost as r
        inner join monitor.dim_measures as m using (measure_id)
        where r.service_code = 'all'
        order by r.cost_per_point_eur nulls last, m.measure_name
        """
    )
    if not marts.rows_are_hidden():
        return frame
    touched = marts.ask("select measure_id, service_code from monitor.bridge_measure_services")
    told = paper.intake_by_service(marts, "received").drop_nulls(["paper_in_cases", "online_cases"])
    hidden = touched.join(told, on="service_code", how="anti")["measure_id"].unique().to_list()
    return frame.filter(~pl.col("measure_id").is_in(hidden) & ~pl.col("is_small_cell"))
