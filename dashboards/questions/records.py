"""The second half of the reader: savings, deliveries, definitions, single records; all asked through `Marts.ask`."""

from __future__ import annotations

import datetime as dt

import polars as pl

from dashboards.questions.marts import Marts
from dashboards.questions.setting import shifted
from dashboards.questions.small_cells import hide_small_rows

FROM_CASES = (
    "capacity_released_hours",
    "capacity_low_hours",
    "capacity_high_hours",
    "counterfactual_hours",
    "actual_hours",
    "channel_effect_hours",
    "efficiency_effect_hours",
    "claimed_cases",
    "baseline_cases",
)


def savings_months(marts: Marts) -> pl.DataFrame:
    """One row per measure and month of the whole town, oldest first, full months only.

    Money in euros and time in hours stand side by side and are never added. What rests on too few cases is hidden;
    booked money rests on no case and stays.
    """
    frame = marts.ask(
        """
        select r.*, coalesce(m.measure_name, r.measure_id) as measure_name, m.went_live_on
        from monitor.rpt_savings_monthly r left join monitor.dim_measures m using (measure_id)
        where r.service_code = 'all' and r.office_code = 'all' and month < $end
        order by month, measure_id
        """,
        end=marts.setting.this_month,
    )
    kept = tuple(name for name in frame.columns if name not in FROM_CASES)
    return hide_small_rows(frame, kept) if marts.rows_are_hidden() else frame


def measures(marts: Marts) -> pl.DataFrame:
    """One row per measure with the number of services it touches, earliest go-live first."""
    return marts.ask(
        """
        select m.measure_id, measure_name, went_live_on, status, count(b.service_code)::bigint as services
        from monitor.dim_measures m left join monitor.bridge_measure_services b using (measure_id)
        group by all order by went_live_on nulls last, measure_id
        """
    )


def go_lives(marts: Marts, since: dt.date) -> pl.DataFrame:
    """Months in which measures went live, with the first one's name and how many there were."""
    return marts.ask(
        """
        select date_trunc('month', went_live_on)::date as month, count(*)::bigint as measures,
               min_by(measure_name, (went_live_on, measure_id)) as name
        from monitor.dim_measures
        where went_live_on >= $since and went_live_on <= $as_of
        group by all order by month
        """,
        since=since,
        as_of=marts.setting.as_of,
    )


def paper_channels(marts: Marts) -> pl.DataFrame:
    """The channels of the last twelve full months that counted as paper, commonest first, and whether always."""
    start, end = marts.year()
    return marts.ask(
        """
        select intake_channel, bool_and(is_paper_intake) as is_always
        from monitor.fct_cases
        where received_at >= $start::timestamptz and received_at < $end::timestamptz and is_paper_intake is not null
        group by all having count(*) filter (where is_paper_intake) >= $least
        order by count(*) filter (where is_paper_intake) desc, intake_channel
        """,
        start=str(start),
        end=str(end),
        least=marts.setting.min_cases if marts.rows_are_hidden() else 1,
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


def metrics(marts: Marts) -> pl.DataFrame:
    """All published figures and how each is made."""
    return marts.ask("select * from monitor.dim_metrics order by table_name, name_de")


def assumptions(marts: Marts) -> pl.DataFrame:
    """The dated numbers somebody decided, newest value of each first."""
    return marts.ask(
        """
        select assumption_id, assumption, value::double as value, low::double as low, high::double as high, unit,
               valid_from, valid_to, source, decided_by, evidence_grade
        from monitor.dim_assumptions order by assumption, valid_from desc, assumption_id
        """
    )


def deliveries_by_source(marts: Marts) -> pl.DataFrame:
    """One row per source: how old its data are, how old they may be, and where every record it sent has gone."""
    return marts.ask(
        """
        with ages as (
            select source, observed::bigint as age_days, expected::bigint as allowed_days,
                   case when expected is not null then not passed end as is_late
            from monitor.rpt_log_health where check_name = 'days_since_newest_record'
        )
        select source, count(*)::bigint as deliveries, max(stand)::date as stand,
               any_value(age_days) as age_days, any_value(allowed_days) as allowed_days, any_value(is_late) as is_late,
               sum(rows_read)::bigint as rows_read, sum(rows_admitted)::bigint as rows_admitted,
               sum(rows_quarantined)::bigint as rows_quarantined, sum(rows_duplicate)::bigint as rows_duplicate,
               sum(rows_superseded)::bigint as rows_superseded
        from monitor.fct_deliveries left join ages using (source) group by source order by source
        """
    )


def quarantine_reasons(marts: Marts) -> pl.DataFrame:
    """Refused records by reason and column, most first; the records themselves never leave the quarantine."""
    return marts.ask(
        """
        select d.source, q.reason_code, q.column_name, min(q.reason) as reason, count(*)::bigint as records
        from monitor.fct_quarantine q left join monitor.fct_deliveries d using (delivery_id)
        group by all order by records desc, source, reason_code, column_name
        """
    )


def log_health(marts: Marts) -> pl.DataFrame:
    """All checks of the logs, failed ones first, and of these the ones somebody should act on."""
    return marts.ask(
        """
        select source, check_name, severity, observed, expected, passed
        from monitor.rpt_log_health order by passed, severity desc, source, check_name
        """
    )


def case_links(marts: Marts) -> pl.DataFrame:
    """Per source and kind of record how many found their case; rows on too few records leave without their shares."""
    frame = marts.ask(
        """
        select source, record_kind, records, with_case_number, found_case, found_share, cases_total,
               cases_known_to_one_source, one_source_share, is_small_cell
        from monitor.rpt_case_links order by source = 'all' desc, source, record_kind
        """
    )
    kept = ("source", "record_kind", "records", "cases_total")
    return hide_small_rows(frame, kept) if marts.rows_are_hidden() else frame


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


def medium_coverage(marts: Marts) -> pl.DataFrame:
    """Steps of the last twelve full months by medium, most first."""
    start, end = marts.year()
    return marts.ask(
        """
        select medium, count(*)::bigint as steps from monitor.fct_case_steps
        where occurred_at >= $start::timestamptz and occurred_at < $end::timestamptz
        group by all order by steps desc, medium
        """,
        start=str(start),
        end=str(end),
    )


def last_months(frame: pl.DataFrame, marts: Marts, months: int) -> pl.DataFrame:
    """The rows of the last full months of a frame with a `month` column."""
    start = shifted(marts.setting.this_month, -months)
    return frame.filter((pl.col("month") >= start) & (pl.col("month") < marts.setting.this_month))


def scans_by_month(marts: Marts) -> pl.DataFrame:
    """Scanned pages by month and origin over the last year; `own_pages` were born digital and printed."""
    start, end = marts.year()
    return marts.ask(
        """
        select date_trunc('month', scanned_at)::date as month, sum(pages)::bigint as pages,
               sum(pages) filter (where origin in ('own_print', 'digital_sender'))::bigint as own_pages,
               sum(pages) filter (where origin is not null and origin <> 'unknown')::bigint as known_pages,
               count(*)::bigint as documents
        from monitor.fct_scans
        where scanned_at >= $start::timestamptz and scanned_at < $end::timestamptz
        group by all having count(*) >= $least order by month
        """,
        start=str(start),
        end=str(end),
        least=marts.setting.min_cases if marts.rows_are_hidden() else 1,
    )


def durations_since_receipt(marts: Marts) -> pl.DataFrame:
    """Days each case received in the last twelve full months has taken so far, and whether it is decided."""
    start, end = marts.year()
    return marts.ask(
        """
        select epoch(least(coalesce(closed_at, $now::timestamptz), $now::timestamptz) - received_at)::double / 86400
                   as days,
               closed_at is not null and closed_at < $now::timestamptz as is_closed
        from monitor.fct_cases
        where received_at >= $start::timestamptz and received_at < $end::timestamptz
          and (closed_at is null or closed_at >= received_at)
        order by days, is_closed
        """,
        start=str(start),
        end=str(end),
        now=str(marts.setting.as_of + dt.timedelta(days=1)),
    )
