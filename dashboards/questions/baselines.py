"""Questions about baselines: what claims are compared with, since when that is fixed, and what still lacks one."""

from __future__ import annotations

import polars as pl

from dashboards.questions.marts import Marts


def claimed(marts: Marts) -> pl.DataFrame:
    """One row per baseline that claims rest on, oldest go-live first.

    Beside it the newest version, and the hours of the last twelve full months on both.
    """
    first, end = marts.year()
    return marts.ask_hiding(
        ("service_name", "live_on", "kind", "frozen_on", "version", "newest_version"),
        """
        with hours as (
            select baseline_id, sum(capacity_released_hours) as hours, sum(newest_baseline_hours) as newest_hours
            from monitor.rpt_savings_monthly
            where month >= $first and month < $end and claim_state in ('claimed', 'beneath') and not is_small_cell
            group by all
        ),
        newest as (
            select service_code, live_on, version as newest_version from monitor.dim_baselines where is_newest
        )
        select coalesce(service_name, b.service_code) as service_name, b.live_on, b.kind, b.frozen_on,
               b.baseline_cases, b.version, newest_version, hours.hours, hours.newest_hours, b.is_small_cell
        from monitor.dim_baselines as b
        left join newest using (service_code, live_on)
        left join hours using (baseline_id)
        left join monitor.dim_services as s using (service_code)
        where b.is_claimed
        order by b.live_on, service_name
        """,
        first=first,
        end=end,
    )


def awaited(marts: Marts) -> pl.DataFrame:
    """One row per measure and service that lacks a baseline; beside it what both routes of the measure cost."""
    return marts.ask_hiding(
        ("measure_name", "service_name", "awaits", "claim_possible_from", "parallel_cost_eur"),
        """
        with costs as (
            select measure_id, parallel_cost_eur from monitor.rpt_claims_awaited where service_code = 'all'
        )
        select measure_name, coalesce(service_name, a.service_code) as service_name, a.awaits, a.claim_possible_from,
               a.received_cases, a.priced_cases, a.potential_hours, costs.parallel_cost_eur, a.is_small_cell
        from monitor.rpt_claims_awaited as a
        inner join monitor.dim_measures using (measure_id)
        inner join costs using (measure_id)
        left join monitor.dim_services using (service_code)
        where a.service_code <> 'all'
        order by measure_name, service_name
        """,
    )
