"""What the page on data asks about systems that meet, and about figures that moved."""

from __future__ import annotations

import polars as pl

from dashboards.marts import Marts


def case_links(marts: Marts) -> pl.DataFrame:
    """Per source and kind of record how many found their case; rows on too few records leave without their shares."""
    frame = marts.ask(
        """
        select source, record_kind, records, with_case_number, found_case, found_share, cases_total,
               cases_known_to_one_source, one_source_share, is_small_cell
        from monitor.rpt_case_links order by source = 'all' desc, source, record_kind
        """
    )
    if not marts.rows_are_hidden():
        return frame
    told = ("with_case_number", "found_case", "found_share", "cases_known_to_one_source", "one_source_share")
    shown = pl.when(~pl.col("is_small_cell"))
    return frame.with_columns(shown.then(pl.col(name)).alias(name) for name in told)


def revisions(marts: Marts) -> pl.DataFrame:
    """Figures of past months that moved, newest change first; those on too few cases are left out."""
    return marts.ask(
        """
        select r.month, r.metric, coalesce(m.name_de, r.metric) as name, m.unit,
               case when r.scope <> 'all' then coalesce(s.service_name, d.measure_name, r.scope) end as scope_name,
               r.old_value, r.new_value, r.cause, r.revised_on
        from monitor.rpt_revisions as r
        left join monitor.dim_metrics as m using (metric)
        left join monitor.dim_services as s on r.scope = 'service:' || s.service_code
        left join monitor.dim_measures as d on r.scope = 'measure:' || d.measure_id
        where not r.is_small_cell or not $hides
        order by r.revised_on desc, r.month desc, r.metric, r.scope
        """,
        hides=marts.rows_are_hidden(),
    )
