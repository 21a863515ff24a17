with

backlog as (

    select * from {{ ref('int_backlog_days_counted') }}

),

cases as (

    select * from {{ ref('int_cases_dated') }}

),

months as (

    select * from {{ ref('int_months_covered') }}

),

log_settled as (

    select * from {{ ref('int_log_settled') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

moves as (

    select
        service_code,
        office_code,
        received_day as day,
        1 as arrived,
        0 as closed
    from cases
    where received_day is not null
    union all
    select
        service_code,
        office_code,
        closed_day as day,
        0 as arrived,
        1 as closed
    from cases
    where closed_day is not null

),

moved as (

    select
        day,
        coalesce(service_code, 'all') as service_code,
        coalesce(office_code, 'all') as office_code,
        sum(arrived) as arrived,
        sum(closed) as closed
    from moves
    group by day, cube (service_code, office_code)

),

cells as (

    select
        moved.service_code,
        moved.office_code,
        settings.as_of,
        settings.min_cases,
        min(moved.day) as first_day
    from moved
    cross join settings
    group by moved.service_code, moved.office_code, settings.as_of, settings.min_cases

),

days as (

    select
        service_code,
        office_code,
        min_cases,
        {{ day_series('first_day', 'as_of') }} as day
    from cells

),

dense as (

    select
        days.*,
        coalesce(moved.arrived, 0) as arrived,
        coalesce(moved.closed, 0) as closed,
        sum(coalesce(moved.closed, 0)) over (
            partition by days.service_code, days.office_code
            order by days.day
            rows between 55 preceding and current row
        ) as closed_last_56_days
    from days
    left join moved
        on
            days.day = moved.day
            and days.service_code = moved.service_code
            and days.office_code = moved.office_code

)

select
    dense.day,
    dense.service_code,
    dense.office_code,
    cast(coalesce(backlog.open_cases, 0) as bigint) as open_cases,
    cast(coalesce(backlog.open_deadline_cases, 0) as bigint) as open_deadline_cases,
    cast(backlog.overdue as bigint) as overdue,
    cast(backlog.at_risk as bigint) as at_risk,
    cast(coalesce(backlog.known_waiting_cases, 0) as bigint) as known_waiting_cases,
    cast(backlog.waiting_applicant as bigint) as waiting_applicant,
    cast(backlog.waiting_office as bigint) as waiting_office,
    cast(coalesce(backlog.age_cases, 0) as bigint) as age_cases,
    cast(coalesce(backlog.age_under_10_days, 0) as bigint) as age_under_10_days,
    cast(coalesce(backlog.age_10_to_30_days, 0) as bigint) as age_10_to_30_days,
    cast(coalesce(backlog.age_30_to_90_days, 0) as bigint) as age_30_to_90_days,
    cast(coalesce(backlog.age_over_90_days, 0) as bigint) as age_over_90_days,
    cast(dense.arrived as bigint) as arrived,
    cast(dense.closed as bigint) as closed,
    cast(dense.closed_last_56_days as bigint) as closed_last_56_days,
    cast(backlog.p90_age_working_days as double) as p90_age_working_days,
    cast(coalesce(backlog.open_cases, 0) * 8 as double) / nullif(dense.closed_last_56_days, 0) as weeks_of_work,
    coalesce(dense.day < log_settled.settled_on, true) as is_log_start,
    cast(months.dated_source_count as bigint) as dated_source_count,
    cast(months.reached_source_count as bigint) as reached_source_count,
    months.coverage_share,
    months.is_provisional,
    coalesce(coalesce(backlog.open_cases, 0) < dense.min_cases, true) as is_small_cell
from dense
inner join months on {{ month_of('dense.day') }} = months.month
cross join log_settled
left join backlog
    on
        dense.day = backlog.day
        and dense.service_code = backlog.service_code
        and dense.office_code = backlog.office_code
