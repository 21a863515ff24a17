"""Questions about the data themselves: deliveries, checks, links, revisions; and how every figure is made."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboards.questions.marts import Marts
from dashboards.questions.small_cells import Table


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
    table = Table("media of steps", "steps", ("medium", "period", "steps_total", "known_medium_share"))
    return marts.without_small_groups(frame, table)


def share_changes(marts: Marts) -> pl.DataFrame:
    """Shares of the whole town with their change against the same month a year before.

    Beside the share online stands what of the same applications came on paper.
    """
    return marts.ask_hiding(
        ("metric", "month", "month_basis"),
        """
        select online_or_other.*, paper.part_cases as paper_cases, paper.part_cases_before as paper_cases_before
        from monitor.rpt_share_changes_monthly as online_or_other
        left join monitor.rpt_share_changes_monthly as paper
            on online_or_other.metric = 'online_share' and paper.metric = 'paper_share_in'
            and paper.service_code = 'all' and online_or_other.month = paper.month
            and online_or_other.month_basis = paper.month_basis
        where online_or_other.service_code = 'all' order by online_or_other.metric, online_or_other.month
        """,
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
               m.sampled, m.method, m.valid_from, m.valid_to, m.source, m.evidence_grade, m.is_used
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
    frame = marts.ask(
        """
        with moves as (select assumption from monitor.rpt_break_even_drivers group by assumption)
        select distinct assumption from monitor.dim_assumptions
        where split_part(assumption, '.', 1) not in (from moves)
            and not (assumption like 'staff_cost_rate%' and 'staff_cost_rate' in (from moves))
            and not (
                assumption like 'staff_cost_rate%'
                and exists (from monitor.rpt_cost_per_case where cost_eur is not null)
            )
            and not (
                assumption = 'annual_minutes'
                and exists (from monitor.rpt_posts_balance where freed_p50_fte is not null)
            )
            and not (
                (assumption like 'paper_%' or assumption like 'digital_%')
                and exists (from monitor.rpt_alternatives where npv_eur is not null)
            )
        order by assumption
        """
    )
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
    """Figures of past months that moved, newest change first; of these what tells of no few cases.

    Told is what moved of the whole town, and money: no page shows a single service's or measure's month otherwise, and
    with the town's it would tell the others. The share online is left out: beside that of paper it tells what was none.
    """
    frame = marts.ask(
        """
        select r.month, r.metric, coalesce(m.name_de, r.metric) as name, m.unit,
               case when r.scope <> 'all' then coalesce(s.service_name, d.measure_name, r.scope) end as scope_name,
               r.old_value, r.new_value, r.cases_before, r.cases_after, r.cause, r.revised_on
        from monitor.rpt_revisions as r
        left join monitor.dim_metrics as m using (metric)
        left join monitor.dim_services as s on r.scope = 'service:' || s.service_code
        left join monitor.dim_measures as d on r.scope = 'measure:' || d.measure_id
        where not $hides or r.metric = 'net_cash_eur'
           or r.scope = 'all' and r.metric <> 'online_share' and not r.is_small_cell
        order by r.revised_on desc, r.month desc, r.metric, r.scope
        """,
        hides=marts.rows_are_hidden(),
    )
    return frame.filter(~_tells_of_few(marts.setting.min_cases)) if marts.rows_are_hidden() else frame


def _tells_of_few(least: int) -> pl.Expr:
    """Whether a revision tells of few cases: those of a share or the others, before or after, or those it moved by."""
    before, after, is_share = pl.col("cases_before"), pl.col("cases_after"), pl.col("unit") == "share"
    was, came = ((pl.col(value) * cases).round() for value, cases in (("old_value", before), ("new_value", after)))
    parts = [count for whole, part in ((before, was), (after, came)) for count in (part, whole - part)]
    parts += [was - came, before - was - (after - came)]
    few_parts = pl.any_horizontal((count.abs() > 0) & (count.abs() < least) for count in parts)
    moved = (before - after).abs()
    return (is_share & few_parts).fill_null(False) | ((moved > 0) & (moved < least)).fill_null(False)
