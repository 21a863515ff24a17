"""Questions about reported relief: what of it counts, what does not and why, and how long it is good for."""

from __future__ import annotations

import polars as pl

from dashboards.questions.marts import Marts


def findings(marts: Marts) -> pl.DataFrame:
    """One row per finding of the audit, most euros left out first; one (`all`) for all reported relief."""
    return marts.ask("select * from monitor.rpt_cash_findings order by abs(left_out_eur) desc, audit_finding")


def expired(marts: Marts) -> list[str]:
    """Measures whose recurring relief was not booked again within twelve months of the last booking."""
    frame = marts.ask(
        """
        with lasting as (
            select measure_id, budget_line_id, valid_until from monitor.fct_cost_items where is_recurring
            qualify row_number() over (partition by measure_id, budget_line_id order by valid_until desc) = 1
        )
        select distinct coalesce(measure_name, lasting.measure_id) as name
        from lasting left join monitor.dim_measures using (measure_id)
        where valid_until < $as_of order by name
        """,
        as_of=marts.setting.as_of,
    )
    return frame["name"].to_list()
