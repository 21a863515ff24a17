{{ config(materialized='table') }}

with

segments as (

    select * from {{ ref('int_backlog_segments_cut') }}

),

office_days as (

    select * from {{ ref('int_office_days_counted') }}

),

numbered as (

    select
        segments.*,
        received.working_day_number as received_number,
        due.working_day_number as due_number
    from segments
    left join office_days as received
        on
            segments.office_code = received.office_code
            and segments.received_day = received.day
            and received.is_known
    left join office_days as due
        on
            segments.office_code = due.office_code
            and segments.due_day = due.day
            and due.is_known

),

exploded as (

    select
        service_code,
        office_code,
        waits_for,
        due_day,
        received_number,
        due_number,
        {{ day_series('from_day', 'to_day') }} as day
    from numbered

),

aged as (

    select
        exploded.day,
        exploded.service_code,
        exploded.office_code,
        exploded.waits_for,
        exploded.due_day <= exploded.day as is_overdue,
        exploded.due_day > exploded.day
        and exploded.due_number - today.working_day_number <= 5 as is_at_risk,
        today.working_day_number - exploded.received_number as age_working_days
    from exploded
    left join office_days as today
        on
            exploded.office_code = today.office_code
            and exploded.day = today.day
            and today.is_known

),

counted as (

    select
        day,
        coalesce(service_code, 'all') as service_code,
        coalesce(office_code, 'all') as office_code,
        count(*) as open_cases,
        count(is_overdue) as open_deadline_cases,
        count(*) filter (where is_overdue) as overdue,
        count(is_at_risk) as soon_due_known_cases,
        count(*) filter (where is_at_risk) as at_risk,
        count(nullif(waits_for, 'unknown')) as known_waiting_cases,
        count(*) filter (where waits_for = 'applicant') as waiting_applicant,
        count(*) filter (where waits_for = 'office') as waiting_office,
        count(age_working_days) as age_cases,
        count(*) filter (where age_working_days < 10) as age_under_10_days,
        count(*) filter (where age_working_days >= 10 and age_working_days < 30) as age_10_to_30_days,
        count(*) filter (where age_working_days >= 30 and age_working_days < 90) as age_30_to_90_days,
        count(*) filter (where age_working_days >= 90) as age_over_90_days,
        percentile_cont(0.9) within group (order by age_working_days) as p90_age_working_days
    from aged
    group by day, cube (service_code, office_code)

)

-- Where no open case has a deadline, none is late as far as anybody knows: that is unknown and not zero.
select
    day,
    service_code,
    office_code,
    open_cases,
    open_deadline_cases,
    known_waiting_cases,
    case when open_deadline_cases > 0 then overdue end as overdue,
    case when soon_due_known_cases > 0 then at_risk end as at_risk,
    case when known_waiting_cases > 0 then waiting_applicant end as waiting_applicant,
    case when known_waiting_cases > 0 then waiting_office end as waiting_office,
    age_cases,
    age_under_10_days,
    age_10_to_30_days,
    age_30_to_90_days,
    age_over_90_days,
    p90_age_working_days
from counted
