"""Questions about baselines: what claims are compared with, since when that is fixed, and what still lacks one."""

from __future__ import annotations

import polars as pl

from dashboards.questions.marts import Marts


def claimed(marts: Marts) -> pl.DataFrame:
    """One row per baseline that claims rest on, oldest go-live first; beside it what the newest version would give."""
    return marts.ask_hiding(
        ("service_name", "live_on", "kind", "frozen_on", "version", "newest_version"),
        """
        select coalesce(service_name, b.service_code) as service_name, b.* exclude (service_code)
        from monitor.rpt_baselines as b
        left join monitor.dim_services as s using (service_code)
        order by b.live_on, service_name
        """,
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
