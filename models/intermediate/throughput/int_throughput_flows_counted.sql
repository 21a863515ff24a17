with

cases as (

    select * from {{ ref('int_cases_judged') }}

),

dated as (

    select
        service_code,
        office_code,
        coalesce(intake_channel, 'unknown') as intake_channel,
        lead_us,
        working_us,
        is_on_time,
        received_month,
        closed_month,
        first_event_month,
        last_event_month
    from cases

),

-- A case leaves the stock in the month it was closed, never before it came.
flows as (

    select
        'received' as flow,
        received_month as month,
        *
    from dated
    where received_month is not null
    union all
    select
        'closed' as flow,
        closed_month as month,
        *
    from dated
    where closed_month is not null
    union all
    select
        'left' as flow,
        greatest(closed_month, received_month) as month,
        *
    from dated
    where closed_month is not null and received_month is not null
    union all
    select
        'first_event' as flow,
        first_event_month as month,
        *
    from dated
    where first_event_month is not null
    union all
    select
        'last_event' as flow,
        last_event_month as month,
        *
    from dated
    where last_event_month is not null

),

counted as (

    select
        month,
        coalesce(service_code, 'all') as service_code,
        coalesce(office_code, 'all') as office_code,
        coalesce(intake_channel, 'all') as intake_channel,
        count(*) filter (where flow = 'received') as received_cases,
        count(*) filter (where flow = 'closed') as closed_cases,
        count(*) filter (where flow = 'left') as left_cases,
        count(*) filter (where flow = 'first_event') as first_event_cases,
        count(*) filter (where flow = 'last_event') as last_event_cases,
        count(lead_us) filter (where flow = 'closed') as lead_cases,
        count(working_us) filter (where flow = 'closed') as working_cases,
        count(is_on_time) filter (where flow = 'closed') as deadline_cases,
        count(*) filter (where flow = 'closed' and is_on_time) as on_time_cases,
        percentile_cont(0.5) within group (order by lead_us) filter (where flow = 'closed') as median_lead_us,
        percentile_cont(0.9) within group (order by lead_us) filter (where flow = 'closed') as p90_lead_us,
        percentile_cont(0.5) within group (order by working_us) filter (where flow = 'closed') as median_working_us
    from flows
    group by month, cube (service_code, office_code, intake_channel)

)

select * from counted
