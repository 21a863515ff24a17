"""An invented published file: the contract's tables with three years of plausible figures, the same on every run."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

AS_OF = dt.date(2026, 10, 31)
FIRST_DAY = dt.date(2023, 10, 1)
SERVICES = (
    "Wohngeld", "Anwohnerparkausweis", "Hundesteuer anmelden", "Gewerbeanmeldung", "Führerschein",
    "Baugenehmigung", "Elterngeld", "Aufenthaltstitel", "Kita-Gutschein", "Bewohnerauskunft",
    "Sondernutzung Straße", "Grundsteuer", "Unterhaltsvorschuss", "Schwerbehindertenausweis", "Wohnsitz ummelden",
    "Geburtsurkunde", "Eheschließung anmelden", "Fischereischein", "Personenbeförderung", "Umweltinformation",
    "Sporthallennutzung", "Vereinsförderung", "Baumfällung", "Waffenschein",
)  # fmt: skip
OFFICES = ("Bürgeramt", "Sozialamt", "Bauamt", "Ordnungsamt", "Jugendamt", "Ausländerbehörde", "Steueramt", "Umweltamt")
STEPS = {
    "Antrag eingegangen": ("intake", "office"),
    "Unterlagen gescannt": ("internal", "office"),
    "Vollständigkeit geprüft": ("internal", "office"),
    "Nachforderung versandt": ("outbound", "applicant"),
    "Unterlagen nachgereicht": ("intake", "office"),
    "Fachlich geprüft": ("internal", "office"),
    "Stellungnahme eingeholt": ("internal", "third_party"),
    "Stellungnahme eingegangen": ("internal", "office"),
    "Entschieden": ("decision", "office"),
    "Bescheid versandt": ("outbound", "nobody"),
    "Abgelegt": ("archive", "nobody"),
}


@dataclass(frozen=True)
class Town:
    """What a test may turn: names, size, thresholds, and which parts are missing."""

    name: str = "Musterhafen"
    services: tuple[str, ...] = SERVICES
    offices: tuple[str, ...] = OFFICES
    cases: int = 12_000
    thresholds_off: bool = False
    min_cases: int = 10
    with_savings: bool = True
    steps: dict[str, tuple[str, str]] = field(default_factory=lambda: dict(STEPS))


def publish(path: Path, town: Town = Town()) -> Path:
    """Write the published file and return its path."""
    connection = duckdb.connect(str(path))
    connection.execute("set TimeZone = 'Europe/Berlin'")
    connection.execute("set threads = 1")
    connection.execute("create schema monitor")
    _dimensions(connection, town)
    _facts(connection, town)
    for statement in (REPORTS % {"least": town.min_cases}).split(";"):
        if statement.strip():
            connection.execute(statement)
    _savings(connection, town)
    _books(connection)
    connection.close()
    return path


def _write(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    connection.register("frame", frame.to_arrow())
    connection.execute(f"create table monitor.{table} as select * from frame")
    connection.unregister("frame")


def _dimensions(connection: duckdb.DuckDBPyConnection, town: Town) -> None:
    town_rows = {
        "name": town.name, "land": "HB", "timezone": "Europe/Berlin", "staff_threshold": "5",
        "min_cases": str(town.min_cases), "thresholds_off": str(town.thresholds_off).lower(),
    }  # fmt: skip
    _write(connection, "dim_town", pl.DataFrame({"key": list(town_rows), "value": list(town_rows.values())}))
    generation = {
        "generation_id": ["9f2c61d07ab34e55c1d2"], "as_of": [AS_OF], "input_hash": ["ab" * 32],
        "built_at": [dt.datetime(2026, 11, 1, 3, tzinfo=dt.UTC)], "ledger_head": ["00"], "contract_version": ["1"],
        "program_version": ["0.1.0"],
    }  # fmt: skip
    _write(connection, "dim_generation", pl.DataFrame(generation))
    count = len(town.services)
    services = {
        "service_code": [f"s{i:02}" for i in range(count)], "service_name": list(town.services),
        "leika_key": [f"99{i:012}" for i in range(count)],
        "office_code": [f"o{i % len(town.offices)}" for i in range(count)],
        "target_working_days": [10 + 5 * (i % 4) if i % 3 else None for i in range(count)],
        "maturity_level": [i % 4 for i in range(count)],
        "online_since": [dt.date(2024, 1 + i % 12, 1) if i % 4 else None for i in range(count)],
        "is_listed": [True] * count,
    }  # fmt: skip
    _write(connection, "dim_services", pl.DataFrame(services))
    offices = {
        "office_code": [f"o{i}" for i in range(len(town.offices))], "office_name": list(town.offices),
        "parent_office_code": [None] * len(town.offices), "directorate": ["Dezernat I"] * len(town.offices),
        "staff_band": ["20-49"] * len(town.offices), "is_listed": [True] * len(town.offices),
    }  # fmt: skip
    _write(connection, "dim_offices", pl.DataFrame(offices, schema_overrides={"parent_office_code": pl.String}))
    connection.execute(
        """
        create table monitor.dim_calendar as
        select d::date as day, office_code, isodow(d) <= 5 as is_open,
               (case when isodow(d) <= 5 then 21600 else 0 end)::double as open_seconds, 0::bigint as working_day_number
        from range(timestamp '2023-01-01', timestamp '2026-12-31', interval 1 day) t(d), monitor.dim_offices
        """
    )


def _facts(connection: duckdb.DuckDBPyConnection, town: Town) -> None:
    rng = np.random.default_rng(7)
    n, count = town.cases, len(town.services)
    span = (AS_OF - FIRST_DAY).days + 1
    weights = 1 / np.arange(1.0, count + 1) ** 0.9
    service = rng.choice(count, n, p=weights / weights.sum()) if n else np.zeros(0, int)
    when = np.sort(rng.random(n)) * span
    progress = when / span
    paper = rng.random(n) < 0.66 - 0.3 * progress - 0.1 * (service % 3 == 0)
    online = ~paper & (rng.random(n) < 0.55 + 0.3 * progress)
    channel = np.where(paper, np.where(rng.random(n) < 0.7, "post", "counter"), np.where(online, "online", "email"))
    channel = np.where(rng.random(n) < 0.02, "unknown", channel)
    lead = rng.lognormal(2.6 - 0.35 * progress + 0.35 * paper + 0.02 * service, 0.75, n)
    start = dt.datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day)
    cases = pl.DataFrame(
        {
            "number": np.arange(n), "service": service.astype(int), "received": (when * 86400).astype(int),
            "lead_days": lead, "intake_channel": channel.astype(str), "clarify": rng.random(n) < 0.24 + 0.1 * paper,
            "opinion": rng.random(n) < 0.12 + 0.1 * (service % 4 == 1), "again": rng.random(n) < 0.3,
            "noise": rng.random(n),
        },
        schema_overrides={"intake_channel": pl.String},
    )  # fmt: skip
    connection.register("drawn", cases.to_arrow())
    connection.execute(FACTS, {"start": start, "now": dt.datetime(2026, 11, 1), "offices": len(town.offices)})
    connection.unregister("drawn")
    _steps(connection, town)


def _steps(connection: duckdb.DuckDBPyConnection, town: Town) -> None:
    names = list(town.steps)
    plan = pl.DataFrame(
        {"position": range(len(names)), "activity": names, "activity_kind": [k for k, _ in town.steps.values()],
         "waits_for": [w for _, w in town.steps.values()]}
    )  # fmt: skip
    connection.register("plan", plan.to_arrow())
    connection.execute(STEP_ROWS)
    connection.unregister("plan")


def _savings(connection: duckdb.DuckDBPyConnection, town: Town) -> None:
    connection.execute(
        """
        create table monitor.dim_measures as
        select * from (values ('m1', 'Onlinedienst Wohngeld', date '2025-03-15', 'live'),
                              ('m2', 'Scanstelle', date '2025-09-01', 'live'),
                              ('m3', 'E-Akte Bauamt', date '2026-04-01', 'live'),
                              ('m4', 'Bürgerkonto', null, 'planned')) t(measure_id, measure_name, went_live_on, status);
        create table monitor.bridge_measure_services as
        select * from (values ('m1', 's00', 1.0), ('m2', 's01', 0.5), ('m2', 's02', 0.5), ('m3', 's05', 1.0))
            t(measure_id, service_code, share)
        """
    )
    connection.execute(SAVINGS, {"limit": 10_000 if town.with_savings else 0})


def _books(connection: duckdb.DuckDBPyConnection) -> None:
    for statement in BOOKS.split(";"):
        if statement.strip():
            connection.execute(statement)


FACTS = """
create table monitor.fct_cases as
with timed as (
    select *, ($start::timestamp + to_seconds(received))::timestamptz as received_at,
           ($start::timestamp + to_seconds((received + lead_days * 86400)::bigint))::timestamptz as done_at
    from drawn
), judged as (
    select *, case when done_at < $now::timestamp::timestamptz then done_at end as closed_at,
           received_at + interval 30 day as due_at
    from timed
)
select 'c' || number as case_id, printf('s%02d', service) as service_code,
       'o' || (service % $offices::int) as office_code, 'new' as case_type, intake_channel, received_at,
       received_at as first_event_at, coalesce(closed_at, received_at) as last_event_at, closed_at, due_at,
       case when closed_at is null then 'open' else 'closed' end as status,
       epoch(closed_at - received_at)::double as lead_seconds,
       (epoch(closed_at - received_at) * 0.18)::double as working_seconds,
       closed_at <= due_at as is_on_time,
       closed_at is null and due_at < $now::timestamp::timestamptz as is_overdue,
       closed_at is null and due_at >= $now::timestamp::timestamptz
           and due_at < $now::timestamp::timestamptz + interval 7 day as is_at_risk,
       case when intake_channel = 'unknown' then null else intake_channel in ('post', 'counter') end as is_paper_intake,
       case when closed_at is null or intake_channel = 'unknown' then null
            else intake_channel = 'online' and noise < 0.5 end as is_end_to_end_digital,
       case when closed_at is not null then 'nobody' when clarify then 'applicant' else 'office' end as waiting_for,
       case when closed_at is null then (epoch($now::timestamp::timestamptz - received_at) / 86400 * 5 / 7)::bigint end
           as age_working_days,
       case when noise < 0.1 then null
            else (intake_channel in ('post', 'counter'))::bigint + (noise > 0.6)::bigint + 1 end as media_break_count,
       clarify, opinion, again, noise, lead_days
from judged order by number
"""

STEP_ROWS = """
create table monitor.fct_case_steps as
with wanted as (
    select c.*, p.*, row_number() over (partition by case_id order by position) as step_number,
           count(*) over (partition by case_id) as steps
    from monitor.fct_cases c, plan p
    where (position not in (3, 4) or clarify) and (position not in (6, 7) or opinion)
      and (position <> 1 or is_paper_intake) and (position <> 10 or noise < 0.8)
), timed as (
    select *, received_at + to_seconds((lead_days * 86400 * (step_number - 1) / greatest(steps - 2, 1))::bigint) as occurred_at
    from wanted
)
select case_id, step_number, activity, occurred_at, null::timestamptz as started_at,
       case when position = 0 and is_paper_intake then 'paper' when position = 1 then 'scanned'
            when position = 3 or (position = 9 and noise < 0.6) then 'paper'
            when noise > 0.95 then 'unknown' else 'digital' end as medium,
       activity_kind, waits_for, service_code, 'u1' as unit_code, 'd1' as delivery_id,
       lead(activity) over steps as next_activity,
       epoch(lead(occurred_at) over steps - occurred_at)::double as seconds_to_next,
       (epoch(lead(occurred_at) over steps - occurred_at) * 0.18)::double as working_seconds_to_next
from timed where occurred_at < timestamptz '2026-11-01 00:00:00+01'
window steps as (partition by case_id order by step_number)
"""

REPORTS = """
create table monitor.rpt_throughput_monthly as
with months as (
    select m::date as month from range(date '2023-10-01', date '2026-11-01', interval 1 month) t(m)
), arrived as (
    select date_trunc('month', received_at)::date as month, coalesce(service_code, 'all') as service_code,
           coalesce(office_code, 'all') as office_code, coalesce(intake_channel, 'all') as intake_channel,
           count(*)::bigint as received_cases
    from monitor.fct_cases group by date_trunc('month', received_at), cube (service_code, office_code, intake_channel)
), decided as (
    select date_trunc('month', closed_at)::date as month, coalesce(service_code, 'all') as service_code,
           coalesce(office_code, 'all') as office_code, coalesce(intake_channel, 'all') as intake_channel,
           count(*)::bigint as closed_cases, count(lead_seconds)::bigint as lead_cases,
           quantile_cont(lead_seconds, 0.5)::double as median_lead_seconds,
           quantile_cont(lead_seconds, 0.9)::double as p90_lead_seconds, count(working_seconds)::bigint as working_cases,
           quantile_cont(working_seconds, 0.5)::double as median_working_seconds,
           count(*) filter (where is_on_time)::bigint as on_time_cases, count(is_on_time)::bigint as deadline_cases
    from monitor.fct_cases where closed_at is not null
    group by date_trunc('month', closed_at), cube (service_code, office_code, intake_channel)
)
select month, service_code, office_code, intake_channel, coalesce(received_cases, 0)::bigint as received_cases,
       coalesce(closed_cases, 0)::bigint as closed_cases, 0::bigint as open_cases_at_end,
       coalesce(received_cases, 0)::bigint as first_event_cases, 0::bigint as last_event_cases,
       0::bigint as active_cases_at_end, coalesce(lead_cases, 0)::bigint as lead_cases, median_lead_seconds,
       p90_lead_seconds, coalesce(working_cases, 0)::bigint as working_cases, median_working_seconds,
       coalesce(on_time_cases, 0)::bigint as on_time_cases, coalesce(deadline_cases, 0)::bigint as deadline_cases,
       (on_time_cases / nullif(deadline_cases, 0))::double as on_time_share,
       (case when month = date '2026-10-01' then 0.75 when month = date '2024-05-01' then 0.75 else 1 end)::double
           as coverage_share,
       month >= date '2026-10-01' or month = date '2024-05-01' as is_provisional,
       coalesce(received_cases, 0) + coalesce(closed_cases, 0) < %(least)s as is_small_cell
from arrived full join decided using (month, service_code, office_code, intake_channel)
order by all;

create table monitor.rpt_paper_share_monthly as
with months as (
    select 'received' as month_basis, date_trunc('month', received_at)::date as month, * from monitor.fct_cases
), counted as (
    select month, month_basis, coalesce(service_code, 'all') as service_code, coalesce(office_code, 'all') as office_code,
           count(*)::bigint as cases, count(*) filter (where is_paper_intake)::bigint as paper_in_cases,
           count(is_paper_intake)::bigint as known_channel_cases,
           count(*) filter (where noise < 0.6 and lead_days > 1)::bigint as paper_out_letters,
           count(*)::bigint as outbound_letters,
           count(*) filter (where is_paper_intake or noise < 0.3)::bigint as paper_file_cases,
           count(*) filter (where noise < 0.95)::bigint as known_file_cases,
           count(*) filter (where noise < 0.2)::bigint as paper_internal_steps, (2 * count(*))::bigint as internal_steps,
           count(*) filter (where intake_channel = 'online')::bigint as online_cases,
           count(*) filter (where is_end_to_end_digital)::bigint as end_to_end_cases,
           count(is_end_to_end_digital)::bigint as end_to_end_known_cases,
           sum(media_break_count)::bigint as media_breaks, count(media_break_count)::bigint as media_break_known_cases,
           avg(coalesce(media_break_count, 0))::double as media_breaks_per_case_low,
           avg(coalesce(media_break_count, 3))::double as media_breaks_per_case_high
    from months group by month, month_basis, cube (service_code, office_code)
)
select *, (paper_in_cases / nullif(known_channel_cases, 0))::double as paper_share_in,
       (paper_out_letters / nullif(outbound_letters, 0))::double as paper_share_out,
       (paper_file_cases / nullif(known_file_cases, 0))::double as paper_share_file,
       (paper_internal_steps / nullif(internal_steps, 0))::double as paper_share_internal,
       (online_cases / nullif(known_channel_cases, 0))::double as online_share,
       (end_to_end_cases / nullif(end_to_end_known_cases, 0))::double as end_to_end_share,
       (media_breaks / nullif(media_break_known_cases, 0))::double as media_breaks_per_case,
       1.0::double as coverage_share, month >= date '2026-10-01' as is_provisional, cases < %(least)s as is_small_cell
from counted order by all;

create table monitor.rpt_backlog_daily as
with days as (
    select d::date as day, (d + interval 1 day)::timestamptz as ends_at
    from range(timestamp '2025-09-20', timestamp '2026-11-01', interval 1 day) t(d)
), open_then as (
    select day, service_code, office_code, due_at < ends_at as late,
           due_at >= ends_at and due_at < ends_at + interval 7 day as risky, clarify,
           (date_diff('day', received_at, ends_at) * 5 / 7)::int as age
    from days join monitor.fct_cases on received_at < ends_at and (closed_at is null or closed_at >= ends_at)
), stock as (
    select day, coalesce(service_code, 'all') as service_code, coalesce(office_code, 'all') as office_code,
           count(*)::bigint as open_cases, count(*) filter (where late)::bigint as overdue,
           count(*) filter (where risky)::bigint as at_risk, count(*) filter (where clarify)::bigint as waiting_applicant,
           count(*) filter (where not clarify)::bigint as waiting_office,
           quantile_cont(age, 0.9)::double as p90_age_working_days, count(age)::bigint as age_cases,
           count(*) filter (where age < 10)::bigint as age_under_10_days,
           count(*) filter (where age >= 10 and age < 30)::bigint as age_10_to_30_days,
           count(*) filter (where age >= 30 and age < 90)::bigint as age_30_to_90_days,
           count(*) filter (where age >= 90)::bigint as age_over_90_days
    from open_then group by day, cube (service_code, office_code)
), flows as (
    select day, coalesce(service_code, 'all') as service_code, coalesce(office_code, 'all') as office_code,
           sum(came)::bigint as arrived, sum(went)::bigint as closed
    from (select received_at::date as day, service_code, office_code, 1 as came, 0 as went from monitor.fct_cases
          union all select closed_at::date, service_code, office_code, 0, 1 from monitor.fct_cases where closed_at is not null)
    group by day, cube (service_code, office_code)
)
select stock.*, coalesce(arrived, 0)::bigint as arrived, coalesce(closed, 0)::bigint as closed,
       (open_cases / 4)::bigint as closed_last_56_days,
       (open_cases / nullif((select count(*) / 8 from monitor.fct_cases c where closed_at::date > date '2026-09-05'
            and (c.office_code = stock.office_code or stock.office_code = 'all')), 0))::double as weeks_of_work,
       1.0::double as coverage_share, day >= date '2026-10-01' as is_provisional, open_cases < %(least)s as is_small_cell
from stock left join flows using (day, service_code, office_code) order by day, service_code, office_code;

create table monitor.rpt_process_map as
with scoped as (
    select 'all' as scope, * from monitor.fct_case_steps union all select service_code, * from monitor.fct_case_steps
), totals as (select scope, count(distinct case_id) as total_cases from scoped group by all)
select scope, activity as from_activity, next_activity as to_activity, count(*)::bigint as transition_count,
       count(distinct case_id)::bigint as case_count, quantile_cont(seconds_to_next, 0.5)::double as median_seconds,
       quantile_cont(seconds_to_next, 0.9)::double as p90_seconds,
       count(*) filter (where medium = 'paper' and next_activity like 'Unterlagen%%')::bigint as break_count,
       quantile_cont(working_seconds_to_next, 0.5)::double as median_working_seconds,
       any_value(total_cases)::bigint as total_cases, 1.0::double as coverage_share, false as is_provisional,
       count(distinct case_id) < %(least)s as is_small_cell
from scoped join totals using (scope) where next_activity is not null group by all order by all;

create table monitor.rpt_activities as
with scoped as (
    select 'all' as scope, * from monitor.fct_case_steps union all select service_code, * from monitor.fct_case_steps
)
select scope, activity, count(*)::bigint as event_count, count(distinct case_id)::bigint as case_count,
       count(*) filter (where step_number = 1)::bigint as start_case_count,
       count(*) filter (where next_activity is null)::bigint as end_case_count, 0::bigint as rework_case_count,
       count(*) filter (where medium = 'paper')::bigint as paper_event_count,
       count(*) filter (where medium <> 'unknown')::bigint as known_medium_event_count,
       quantile_cont(seconds_to_next, 0.5)::double as median_sojourn_seconds, 1.0::double as coverage_share,
       false as is_provisional, count(distinct case_id) < %(least)s as is_small_cell
from scoped group by all order by all;

create table monitor.rpt_variants as
with paths as (
    select case_id, service_code, list(activity order by step_number) as activities,
           epoch(max(occurred_at) - min(occurred_at)) as span
    from monitor.fct_case_steps group by all
), scoped as (select 'all' as scope, * from paths union all select service_code, * from paths),
counted as (
    select scope, activities, count(*)::bigint as case_count, quantile_cont(span, 0.5)::double as median_event_span_seconds
    from scoped group by all
)
select scope, md5(activities::varchar) as variant_id,
       row_number() over (partition by scope order by case_count desc, activities)::bigint as variant_rank, case_count,
       (case_count / sum(case_count) over (partition by scope))::double as case_share, activities,
       median_event_span_seconds, (sum(case_count) over (partition by scope))::bigint as total_cases,
       1.0::double as coverage_share, false as is_provisional, case_count < %(least)s as is_small_cell
from counted order by scope, variant_rank;
"""

SAVINGS = """
create table monitor.rpt_savings_monthly as
with grid as (
    select m::date as month, measure_id, went_live_on,
           date_diff('month', date_trunc('month', went_live_on)::date, m::date) as age
    from range(date '2025-01-01', date '2026-11-01', interval 1 month) t(m), monitor.dim_measures
    where went_live_on is not null and m::date >= date_trunc('month', went_live_on) limit $limit
), valued as (
    select month, measure_id, 'all' as service_code, 'all' as office_code,
           (case measure_id when 'm3' then null when 'm1' then 2400 + 120 * age else 1100 end)::decimal(18, 2) as cash_released_eur,
           (case when measure_id = 'm3' then null when age = 0 then 18000 else 0 end)::decimal(18, 2) as one_off_cost_eur,
           (case when measure_id = 'm3' then null else 650 end)::decimal(18, 2) as running_cost_eur,
           (case when measure_id = 'm3' then null when age < 6 then 800 else 0 end)::decimal(18, 2) as parallel_cost_eur,
           (case when age > 0 then least(age, 12) * 14.5 + 20 end)::double as capacity_released_hours,
           case measure_id when 'm1' then 'B' when 'm2' then 'A' else 'C' end as evidence_grade, age
    from grid
)
select month, measure_id, service_code, office_code, cash_released_eur, cash_released_eur as cash_low_eur,
       cash_released_eur as cash_high_eur, capacity_released_hours, (capacity_released_hours * 0.7)::double as capacity_low_hours,
       (capacity_released_hours * 1.35)::double as capacity_high_hours, one_off_cost_eur, running_cost_eur, parallel_cost_eur,
       (cash_released_eur - one_off_cost_eur - running_cost_eur - parallel_cost_eur)::decimal(18, 2) as net_cash_eur,
       (sum(cash_released_eur - one_off_cost_eur - running_cost_eur - parallel_cost_eur)
            over (partition by measure_id order by month))::decimal(18, 2) as cumulative_cash_eur, evidence_grade,
       300::bigint as claimed_cases, 3100::bigint as baseline_cases, 400.0::double as counterfactual_hours,
       (400.0 - capacity_released_hours)::double as actual_hours, (capacity_released_hours * 0.8)::double as channel_effect_hours,
       (capacity_released_hours * 0.2)::double as efficiency_effect_hours, 1.0::double as coverage_share,
       false as is_provisional, false as is_small_cell
from valued order by month, measure_id
"""

BOOKS = """
create table monitor.dim_targets as
select * from (values ('paper_share_in', 'all', date '2027-12-31', 0.20::decimal(18, 6), 'Ratsbeschluss 17/2024'),
                      ('online_share', 'all', date '2027-12-31', 0.60::decimal(18, 6), 'Ratsbeschluss 17/2024'),
                      ('on_time_share', 'all', date '2027-12-31', 0.95::decimal(18, 6), 'Verwaltungsvorstand 3/2025'))
    t(metric, scope, target_on, target_value, set_by);
create table monitor.dim_metrics as
select *, 'en' as name_en, '1' as formula_version, 'Rat' as asked_by, 'Steuerung' as purpose from (values
    ('paper_share_in', 'Papierquote Eingang', 'Wie viel kommt noch auf Papier?', 'paper_in_cases / known_channel_cases', 'share', 'down', 'rpt_paper_share_monthly'),
    ('online_share', 'Onlinequote', 'Wie viel kommt online?', 'online_cases / known_channel_cases', 'share', 'up', 'rpt_paper_share_monthly'),
    ('median_lead_seconds', 'Durchlaufzeit', 'Wie lange dauert es?', 'median(closed_at - received_at)', 'seconds', 'down', 'rpt_throughput_monthly'),
    ('on_time_share', 'Fristtreue', 'Halten wir die Frist?', 'on_time_cases / deadline_cases', 'share', 'up', 'rpt_throughput_monthly'),
    ('open_cases', 'Offene Vorgänge', 'Was liegt?', 'count(open)', 'cases', 'down', 'rpt_backlog_daily'),
    ('net_cash_eur', 'Netto-Zahlungswirkung', 'Was bleibt übrig?', 'cash - costs', 'eur', 'up', 'rpt_savings_monthly'),
    ('capacity_released_hours', 'Gewonnene Arbeitszeit', 'Welche Zeit ist frei geworden?', 'counterfactual - actual', 'hours', 'up', 'rpt_savings_monthly'))
    t(metric, name_de, question_de, formula, unit, direction, table_name);
create table monitor.dim_assumptions as
select * from (values
    ('a1', 'staff_cost_rate', 40.7::decimal(18, 6), 36.0::decimal(18, 6), 45.0::decimal(18, 6), 'eur_per_hour', date '2025-01-01', null::date, 'KGSt-Bericht', 'Kämmerei', 'B'),
    ('a2', 'postage_per_letter', 0.95::decimal(18, 6), null, null, 'eur', date '2025-01-01', null::date, 'Vertrag', 'Poststelle', 'A'))
    t(assumption_id, assumption, value, low, high, unit, valid_from, valid_to, source, decided_by, evidence_grade);
create table monitor.dim_baselines as
select 'b1' as baseline_id, 'before_go_live' as kind, date '2025-03-15' as frozen_on, 'deadbeefcafe0123' as content_hash;
create table monitor.fct_deliveries as
select * from (values ('d1', 'portal', timestamptz '2026-10-31 04:00+01', 41000, 40210, 110, 480, 200),
                      ('d2', 'fachverfahren', timestamptz '2026-10-30 22:00+01', 88000, 87600, 12, 300, 88),
                      ('d3', 'scanstelle', timestamptz '2026-10-28 22:00+01', 9000, 9000, 0, 0, 0))
    t(delivery_id, source, stand, rows_read, rows_admitted, rows_quarantined, rows_duplicate, rows_superseded);
create table monitor.fct_quarantine as
select case when i < 110 then 'd1' else 'd2' end as delivery_id, i::bigint as position,
       case when i % 3 = 0 then 'unreadable_time' else 'missing_case' end as reason_code,
       case when i % 3 = 0 then 'Die Zeit ist nicht lesbar.' else 'Das Aktenzeichen fehlt.' end as reason,
       case when i % 3 = 0 then 'occurred_at' else 'case_id' end as column_name
from range(122) t(i);
create table monitor.rpt_log_health as
select *, date '2026-10-31' as as_of from (values ('portal', 'closed_before_received', 'warning', 3.0::double, 0.0::double, false),
    ('portal', 'unknown_medium', 'info', 915.0, 0.0, false), ('portal', 'days_since_newest_record', 'warning', 1.0, 2.0, true),
    ('fachverfahren', 'events_after_closing', 'info', 0.0, 0.0, true))
    t(source, check_name, severity, observed, expected, passed);
create table monitor.rpt_case_links as
select *, 1.0::double as coverage_share, false as is_provisional, coalesce(records, cases_total) < 10 as is_small_cell
from (values ('all', 'cases', null, null, null, null, 4000, 900, 0.225), ('all', 'scans', 4209, 3900, 3800, 3800 / 4209, null, null, null),
             ('scanstelle', 'scans', 4200, 3900, 3800, 3800 / 4200, null, null, null), ('poststelle', 'scans', 9, 1, 1, 1 / 9, null, null, null),
             ('portal', 'cases', null, null, null, null, 1900, 0, 0.0))
    t(source, record_kind, records, with_case_number, found_case, found_share, cases_total, cases_known_to_one_source, one_source_share);
create table monitor.rpt_revisions as
select *, 'old' as from_generation_id, 'new' as to_generation_id, date '2026-10-31' as revised_on, false as is_small_cell
from (values ('online_share', 'all', date '2026-08-01', 0.512::double, 0.508::double, 'late_data'),
             ('received_cases', 'service:parkausweis', date '2026-08-01', 40.0, 41.0, 'late_data'),
             ('online_share', 'service:parkausweis', date '2026-08-01', 0.60001, 0.60002, 'late_data'),
             ('median_lead_seconds', 'all', date '2026-07-01', 864000.0, null, 'correction'))
    t(metric, scope, month, old_value, new_value, cause);
create table monitor.fct_scans as
select 'x' || i as document_id, timestamptz '2025-11-03 09:00+01' + to_hours(i * 2) as scanned_at, (1 + i % 7)::bigint as pages,
       case when i % 9 = 0 then 'own_print' when i % 11 = 0 then 'digital_sender' else 'external' end as origin
from range(4200) t(i)
"""
