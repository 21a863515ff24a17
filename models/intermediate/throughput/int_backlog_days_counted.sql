{{ config(materialized='table') }}

{% set counts = [
    'open_cases', 'open_deadline_cases', 'overdue', 'soon_due_known_cases', 'at_risk', 'known_waiting_cases',
    'waiting_applicant', 'waiting_office', 'age_cases', 'age_from_10_days', 'age_from_30_days', 'age_from_90_days'
] %}

with

intervals as (

    select * from {{ ref('int_backlog_intervals_cut') }}

),

ages as (

    select * from {{ ref('int_backlog_ages_ranked') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

moves as (

    select
        service_code,
        office_code,
        counted_as,
        from_day as day,
        1 as change
    from intervals
    union all
    select
        service_code,
        office_code,
        counted_as,
        {{ add_days('to_day', 1) }} as day,
        -1 as change
    from intervals

),

cell_moves as (

    select
        day,
        service_code,
        office_code,
        counted_as,
        sum(change) as change
    from moves
    group by day, service_code, office_code, counted_as

),

changes as (

    select
        day,
        coalesce(service_code, 'all') as service_code,
        coalesce(office_code, 'all') as office_code,
    {%- for name in counts %}
        sum(change) filter (where counted_as = '{{ name }}') as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
    from cell_moves
    group by day, cube (service_code, office_code)

),

cells as (

    select
        changes.service_code,
        changes.office_code,
        settings.as_of,
        min(changes.day) as first_day
    from changes
    cross join settings
    group by changes.service_code, changes.office_code, settings.as_of

),

days as (

    select
        service_code,
        office_code,
        {{ day_series('first_day', 'as_of') }} as day
    from cells

),

counted as (

    select
        days.day,
        days.service_code,
        days.office_code,
    {%- for name in counts %}
        sum(coalesce(changes.{{ name }}, 0)) over up_to_the_day as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
    from days
    left join changes
        on
            days.day = changes.day
            and days.service_code = changes.service_code
            and days.office_code = changes.office_code
    window up_to_the_day as (
        partition by days.service_code, days.office_code
        order by days.day
        rows between unbounded preceding and current row
    )

)

-- Where no open case has a deadline, none is late as far as anybody knows: that is unknown and not zero.
select
    counted.day,
    counted.service_code,
    counted.office_code,
    counted.open_cases,
    counted.open_deadline_cases,
    counted.known_waiting_cases,
    case when counted.open_deadline_cases > 0 then counted.overdue end as overdue,
    case when counted.soon_due_known_cases > 0 then counted.at_risk end as at_risk,
    case when counted.known_waiting_cases > 0 then counted.waiting_applicant end as waiting_applicant,
    case when counted.known_waiting_cases > 0 then counted.waiting_office end as waiting_office,
    counted.age_cases,
    counted.age_cases - counted.age_from_10_days as age_under_10_days,
    counted.age_from_10_days - counted.age_from_30_days as age_10_to_30_days,
    counted.age_from_30_days - counted.age_from_90_days as age_30_to_90_days,
    counted.age_from_90_days as age_over_90_days,
    ages.p90_age_working_days
from counted
left join ages
    on
        counted.day = ages.day
        and counted.service_code = ages.service_code
        and counted.office_code = ages.office_code
where counted.open_cases > 0
