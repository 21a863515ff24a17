"""Questions about the checks beside the claimed hours: does another way of computing come to the same?"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboards.questions.marts import Marts

HOURS: Final = tuple(
    f"{whose}_{what}" for whose in ("claimed", "others", "past") for what in ("hours", "low_hours", "high_hours")
)


def by_service(marts: Marts) -> pl.DataFrame:
    """One row per measure and service: what is claimed and what both checks say, contradictions first.

    Hours that rest on too few cases are hidden; that a check says nothing, and why, stays.
    """
    frame = marts.ask(
        """
        with others as (
            select * from monitor.rpt_savings_attribution where attribution_method = 'group_time_did'
        ),
        past as (
            select * from monitor.rpt_savings_attribution where attribution_method = 'interrupted_series'
        )
        select
            coalesce(m.measure_name, others.measure_id) as measure_name,
            coalesce(s.service_name, others.service_code) as service_name,
            others.is_small_cell,
            others.month_count,
            others.claimed_p50_hours as claimed_hours,
            others.claimed_p10_hours as claimed_low_hours,
            others.claimed_p90_hours as claimed_high_hours,
            others.attribution_state as others_state,
            others.attribution_reason as others_reason,
            others.checked_hours as others_hours,
            others.checked_low_hours as others_low_hours,
            others.checked_high_hours as others_high_hours,
            others.comparison_services,
            past.attribution_state as past_state,
            past.attribution_reason as past_reason,
            past.checked_hours as past_hours,
            past.checked_low_hours as past_low_hours,
            past.checked_high_hours as past_high_hours,
            others.is_grade_lowered
        from others
        inner join past using (measure_id, service_code)
        left join monitor.dim_measures as m using (measure_id)
        left join monitor.dim_services as s using (service_code)
        order by
            case others.attribution_state when 'disagrees' then 0 when 'agrees' then 1 else 2 end,
            measure_name, service_name, others.service_code
        """
    )
    if not marts.rows_are_hidden():
        return frame.with_columns(pl.lit(value=False).alias("is_small_cell"))
    return frame.with_columns(pl.when(~pl.col("is_small_cell")).then(pl.col(name)).alias(name) for name in HOURS)
