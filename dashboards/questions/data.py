"""Questions about the data themselves: deliveries, checks, links, revisions; and how every figure is made."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboards.questions.marts import Marts


def sources(marts: Marts) -> pl.DataFrame:
    """One row per source: how old its data are, how old they may be, and where every record it sent has gone."""
    return marts.ask(
        "select * replace (source_name as source) from monitor.rpt_sources where source <> 'all' "
        "order by source_name, source"
    )


def all_sources(marts: Marts) -> dict[str, Any]:
    """The same of all sources together; empty before the first delivery."""
    frame = marts.ask("select * from monitor.rpt_sources where source = 'all'")
    return {} if frame.is_empty() else frame.row(0, named=True)


def quarantine_reasons(marts: Marts) -> pl.DataFrame:
    """Refused records by reason and column, most first; the records themselves never leave the quarantine."""
    return marts.ask(
        """
        select q.* replace (
            nullif(q.column_name, 'none') as column_name, coalesce(s.source_name, q.source) as source
        )
        from monitor.rpt_quarantine_reasons as q left join monitor.rpt_sources as s using (source)
        order by q.records desc, source, q.reason_code, q.column_name
        """
    )


def step_media(marts: Marts) -> pl.DataFrame:
    """Steps of the last twelve full months by medium, most first."""
    frame = marts.ask(
        "select * from monitor.rpt_step_media_yearly where period = 'last_12_months' order by steps desc, medium"
    )
    return marts.without_small_groups(frame, "steps", "medium", "period", "steps_total", "known_medium_share")


def share_changes(marts: Marts) -> pl.DataFrame:
    """Shares of the whole town with their change against the same month a year before."""
    return marts.ask_hiding(
        ("metric", "month", "month_basis"),
        "select * from monitor.rpt_share_changes_monthly where service_code = 'all' order by metric, month",
    )


def service_names(marts: Marts) -> dict[str, str]:
    """The name of each service by its code."""
    frame = marts.ask("select service_code, coalesce(service_name, service_code) as name from monitor.dim_services")
    return dict(frame.rows())


def targets(marts: Marts) -> pl.DataFrame:
    """All targets, next one first."""
    return marts.ask(
        """
        select metric, scope, target_on, target_value::double as target_value, set_by from monitor.dim_targets
        order by metric, scope, target_on
        """
    )


def processing_minutes(marts: Marts) -> pl.DataFrame:
    """The minutes of work a case takes, as somebody entered them; `is_used` where a published saving rests on them."""
    return marts.ask(
        """
        select coalesce(s.service_name, m.service_code) as service_name, m.case_type, m.intake_channel,
               m.minutes::double as minutes, m.low_minutes::double as low, m.high_minutes::double as high,
               m.valid_from, m.valid_to, m.source, m.evidence_grade, m.is_used
        from monitor.fct_processing_minutes as m left join monitor.dim_services as s using (service_code)
        order by service_name, m.service_code, m.case_type, m.intake_channel, m.valid_from
        """
    )


def measure_shares(marts: Marts) -> pl.DataFrame:
    """Which share of a service's effect each measure claims."""
    return marts.ask(
        """
        select coalesce(m.measure_name, b.measure_id) as measure_name,
               coalesce(s.service_name, b.service_code) as service_name, b.share::double as share
        from monitor.bridge_measure_services as b
        left join monitor.dim_measures as m using (measure_id)
        left join monitor.dim_services as s on b.service_code = s.service_code
        order by measure_name, b.measure_id, service_name, b.service_code
        """
    )


def idle_assumptions(marts: Marts) -> list[str]:
    """The numbers somebody decided that no published figure rests on yet."""
    frame = marts.ask("select distinct assumption from monitor.dim_assumptions order by assumption")
    return [assumption for (assumption,) in frame.rows()]


def log_health(marts: Marts) -> pl.DataFrame:
    """All checks of the logs, failed ones first, and of these the ones somebody should act on."""
    return marts.ask(
        """
        select coalesce(s.source_name, h.source) as source, h.check_name, h.severity, h.observed, h.expected, h.passed
        from monitor.rpt_log_health as h left join monitor.rpt_sources as s using (source)
        order by h.passed, h.severity desc, 1, h.check_name
        """
    )


def case_links(marts: Marts) -> pl.DataFrame:
    """Per source and kind of record how many found their case; rows on too few records leave without their shares."""
    return marts.ask_hiding(
        ("source", "record_kind", "records", "cases_total"),
        """
        select coalesce(s.source_name, l.source) as source, l.record_kind, l.records, l.with_case_number, l.found_case,
               l.found_share, l.cases_total, l.cases_known_to_one_source, l.cases_of_two_offices, l.one_source_share,
               l.is_small_cell
        from monitor.rpt_case_links as l left join monitor.rpt_sources as s using (source)
        order by l.source = 'all' desc, 1, l.record_kind
        """,
    )


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
