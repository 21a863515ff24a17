"""The only reader of the published file: one named question per method, one Polars frame per answer.

No wording, no formats, no charts. Instants come in the town's zone, months as dates, shares as 0..1, missing as null.
Rows that rest on too few cases leave here already without their values (`is_small_cell` stays true to say why),
unless the town switched its thresholds off.
"""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb
import polars as pl

from dashboards.questions.legible import legible, legible_frame
from dashboards.questions.setting import Setting, setting_from, shifted
from dashboards.questions.small_cells import hide_small_groups, hide_small_rows, hide_small_shares

if TYPE_CHECKING:
    from collections.abc import Generator

TABLES: Final = (
    "bridge_measure_services",
    "dim_assumptions",
    "dim_calendar",
    "dim_generation",
    "dim_measures",
    "dim_metrics",
    "dim_offices",
    "dim_services",
    "dim_targets",
    "dim_town",
    "fct_case_steps",
    "fct_cases",
    "fct_deliveries",
    "fct_quarantine",
    "fct_scans",
    "rpt_activities",
    "rpt_backlog_daily",
    "rpt_case_links",
    "rpt_log_health",
    "rpt_paper_share_monthly",
    "rpt_process_map",
    "rpt_revisions",
    "rpt_savings_monthly",
    "rpt_throughput_monthly",
    "rpt_variants",
)
YEAR: Final = 12
WINDOW_MONTHS: Final = 36


class Marts:
    """The published tables of one generation, asked in words."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, setting: Setting) -> None:
        """Keep the open connection and what holds for all questions."""
        self._connection = connection
        self.setting = setting

    def ask(self, sql: str, **values: object) -> pl.DataFrame:
        """Run one query with named parameters."""
        return legible_frame(pl.DataFrame(self._connection.sql(sql, params=values).to_arrow_table()))

    def rows_are_hidden(self) -> bool:
        """True while small cells must not be shown."""
        return not self.setting.thresholds_off

    def _without_small_rows(self, frame: pl.DataFrame, keys: tuple[str, ...]) -> pl.DataFrame:
        if not self.rows_are_hidden():
            return frame
        return hide_small_shares(hide_small_rows(frame, keys), self.setting.min_cases)

    def _without_small_groups(self, frame: pl.DataFrame, base: str, keys: tuple[str, ...]) -> pl.DataFrame:
        least = self.setting.min_cases if self.rows_are_hidden() else 0
        return hide_small_groups(frame, base, least, keys)

    # -- the year the sentences speak about

    def year(self, years_back: int = 0) -> tuple[dt.date, dt.date]:
        """First days of the first month and of the month after the last of twelve full months."""
        end = shifted(self.setting.this_month, -YEAR * years_back)
        return shifted(end, -YEAR), end

    # -- throughput

    def throughput_months(self) -> pl.DataFrame:
        """One row per month of the whole town, oldest first, up to the running month."""
        frame = self.ask(
            """
            select * from monitor.rpt_throughput_monthly
            where service_code = 'all' and office_code = 'all' and intake_channel = 'all'
              and month between $start and $end
            order by month
            """,
            start=shifted(self.setting.this_month, -WINDOW_MONTHS),
            end=self.setting.this_month,
        )
        return self._without_small_rows(frame, ("month", "coverage_share", "is_provisional"))

    def deadlines_by_office(self) -> pl.DataFrame:
        """Decided cases with a deadline by office over the last twelve full months."""
        start, end = self.year()
        frame = self.ask(
            """
            select r.office_code, coalesce(o.office_name, r.office_code) as office_name,
                   sum(on_time_cases)::bigint as on_time_cases, sum(deadline_cases)::bigint as deadline_cases
            from monitor.rpt_throughput_monthly r left join monitor.dim_offices o using (office_code)
            where r.service_code = 'all' and r.office_code <> 'all' and r.intake_channel = 'all'
              and month >= $start and month < $end
            group by all having sum(deadline_cases) > 0 order by deadline_cases desc, office_code
            """,
            start=start,
            end=end,
        )
        return self._without_small_groups(frame, "deadline_cases", ("office_code", "office_name"))

    def lead_times_by_service(self, years_back: int = 0) -> pl.DataFrame:
        """Median calendar and working time of the cases decided in twelve full months, by service."""
        start, end = self.year(years_back)
        frame = self.ask(
            """
            select c.service_code, coalesce(s.service_name, c.service_code) as service_name,
                   any_value(s.target_working_days)::bigint as target_working_days,
                   count(lead_seconds)::bigint as closed_cases,
                   quantile_cont(lead_seconds, 0.5)::double as median_lead_seconds,
                   quantile_cont(lead_seconds, 0.9)::double as p90_lead_seconds,
                   quantile_cont(working_seconds, 0.5)::double as median_working_seconds
            from monitor.fct_cases c left join monitor.dim_services s using (service_code)
            where closed_at >= $start::timestamptz and closed_at < $end::timestamptz and lead_seconds is not null
            group by all order by service_code
            """,
            start=str(start),
            end=str(end),
        )
        return self._without_small_groups(
            frame, "closed_cases", ("service_code", "service_name", "target_working_days")
        )

    def working_day_seconds(self) -> float | None:
        """Mean opening time of an open office day over the last year; what one working day is worth."""
        frame = self.ask(
            """
            select avg(open_seconds)::double as seconds from monitor.dim_calendar
            where is_open and day > $as_of::date - 365 and day <= $as_of::date
            """,
            as_of=self.setting.as_of,
        )
        return frame["seconds"][0]

    # -- process

    def process_scopes(self) -> pl.DataFrame:
        """Services with a drawn process, most cases first; the total only when nothing else is there."""
        return self.ask(
            """
            with processes as (
                select scope, max(total_cases)::bigint as total_cases from monitor.rpt_process_map group by all
            )
            select scope, coalesce(s.service_name, scope) as name, total_cases
            from processes p left join monitor.dim_services s on s.service_code = p.scope
            where total_cases >= $least
            order by scope = 'all', total_cases desc, scope
            """,
            least=self.setting.min_cases if self.rows_are_hidden() else 1,
        )

    def process_edges(self, scope: str) -> pl.DataFrame:
        """The edges of one process, commonest first; small ones keep their ends and lose their values."""
        frame = self.ask(
            "select * from monitor.rpt_process_map where scope = $scope order by case_count desc, "
            "from_activity, to_activity",
            scope=scope,
        )
        return self._without_small_rows(frame, ("scope", "from_activity", "to_activity"))

    def process_activities(self, scope: str) -> pl.DataFrame:
        """The steps of one process, commonest first."""
        frame = self.ask(
            "select * from monitor.rpt_activities where scope = $scope order by case_count desc, activity", scope=scope
        )
        return self._without_small_rows(frame, ("scope", "activity"))

    def process_variants(self, scope: str, most: int) -> pl.DataFrame:
        """The commonest paths of one process; `activities` is a list of step names."""
        frame = self.ask(
            "select * from monitor.rpt_variants where scope = $scope order by variant_rank limit $most",
            scope=scope,
            most=most,
        )
        return self._without_small_rows(frame, ("scope", "variant_id", "variant_rank"))

    # -- backlog

    def backlog_days(self) -> pl.DataFrame:
        """One row per day of the whole town over the last year and a bit, oldest first."""
        frame = self.ask(
            """
            select * from monitor.rpt_backlog_daily
            where service_code = 'all' and office_code = 'all' and day between $start::date and $as_of::date
            order by day
            """,
            start=self.setting.as_of - dt.timedelta(days=371),
            as_of=self.setting.as_of,
        )
        return self._without_small_rows(frame, ("day", "coverage_share", "is_provisional"))

    def backlog_by_office(self) -> pl.DataFrame:
        """The last day by office, most open cases first."""
        frame = self.ask(
            """
            select b.*, coalesce(o.office_name, b.office_code) as office_name
            from monitor.rpt_backlog_daily b left join monitor.dim_offices o using (office_code)
            where b.service_code = 'all' and b.office_code <> 'all'
              and day = (select max(day) from monitor.rpt_backlog_daily where day <= $as_of::date)
            order by open_cases desc, office_code
            """,
            as_of=self.setting.as_of,
        )
        return self._without_small_rows(frame, ("day", "office_code", "office_name"))

    # -- paper

    def paper_months(self) -> pl.DataFrame:
        """One row per month of the whole town, by month of receipt, else of the first event.

        `decided_share` says how many of the month's cases have come to their end.
        """
        frame = self.ask(
            """
            with decided as (
                select date_trunc('month', received_at)::date as month, count(closed_at) / count(*) as decided_share
                from monitor.fct_cases where received_at is not null group by all
            )
            select r.*, decided_share from monitor.rpt_paper_share_monthly r left join decided using (month)
            where service_code = 'all' and office_code = 'all' and month between $start and $end
              and month_basis = (
                select case when coalesce(sum(cases) filter (where month_basis = 'received'), 0) > 0
                       then 'received' else 'first_event' end
                from monitor.rpt_paper_share_monthly where service_code = 'all' and office_code = 'all')
            order by month
            """,
            start=shifted(self.setting.this_month, -WINDOW_MONTHS),
            end=self.setting.this_month,
        )
        return self._without_small_rows(frame, ("month", "month_basis", "coverage_share", "is_provisional"))

    def intake_by_service(self, basis: str, years_back: int = 0) -> pl.DataFrame:
        """Applications with known channel by service over twelve full months: all, on paper, online."""
        start, end = self.year(years_back)
        frame = self.ask(
            """
            select r.service_code, coalesce(s.service_name, r.service_code) as service_name,
                   sum(paper_in_cases)::bigint as paper_in_cases, sum(online_cases)::bigint as online_cases,
                   sum(known_channel_cases)::bigint as known_channel_cases
            from monitor.rpt_paper_share_monthly r left join monitor.dim_services s using (service_code)
            where r.service_code <> 'all' and r.office_code = 'all' and month_basis = $basis
              and month >= $start and month < $end
            group by all having sum(known_channel_cases) > 0 order by known_channel_cases desc, service_code
            """,
            basis=basis,
            start=start,
            end=end,
        )
        return self._without_small_groups(frame, "known_channel_cases", ("service_code", "service_name"))


@contextmanager
def open_marts(database: Path) -> Generator[Marts]:
    """Open the published file read-only, in the town's zone, with outside access locked."""
    config: dict[str, str | bool | int | float | list[str]] = {"enable_external_access": "false", "threads": 2}
    connection = duckdb.connect(str(database), read_only=True, config=config)
    try:
        yield Marts(connection, _setting(connection))
    finally:
        connection.close()


def _setting(connection: duckdb.DuckDBPyConnection) -> Setting:
    rows = connection.execute("select key, value from monitor.dim_town").fetchall()
    town = {key: legible(value or "") for key, value in rows}
    zone = str(town.get("timezone") or "Europe/Berlin")
    connection.execute(f"set TimeZone = {quoted_text(zone)}")
    generation = pl.DataFrame(connection.sql("from monitor.dim_generation").to_arrow_table()).row(0, named=True)
    return setting_from(town, generation, generation["as_of"])


def quoted_text(value: str) -> str:
    """A text as SQL writes it, for the statements that take no parameters."""
    return "'" + value.replace("'", "''") + "'"
