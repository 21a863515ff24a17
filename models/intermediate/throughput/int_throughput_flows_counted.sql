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

-- Counts of cells add up to those of their totals.
of_cells as (

    select
        month,
        service_code,
        office_code,
        intake_channel,
        count(*) filter (where flow = 'received') as received_cases,
        count(*) filter (where flow = 'closed') as closed_cases,
        count(*) filter (where flow = 'left') as left_cases,
        count(*) filter (where flow = 'first_event') as first_event_cases,
        count(*) filter (where flow = 'last_event') as last_event_cases,
        count(lead_us) filter (where flow = 'closed') as lead_cases,
        count(working_us) filter (where flow = 'closed') as working_cases,
        count(is_on_time) filter (where flow = 'closed') as deadline_cases,
        count(*) filter (where flow = 'closed' and is_on_time) as on_time_cases
    from flows
    group by month, service_code, office_code, intake_channel

),

{%- set counts = [
    'received_cases', 'closed_cases', 'left_cases', 'first_event_cases', 'last_event_cases', 'lead_cases',
    'working_cases', 'deadline_cases', 'on_time_cases',
] %}

counted as (

    select
        month,
        coalesce(service_code, 'all') as service_code,
        coalesce(office_code, 'all') as office_code,
        coalesce(intake_channel, 'all') as intake_channel,
    {%- for name in counts %}
        sum({{ name }}) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
    from of_cells
    group by month, cube (service_code, office_code, intake_channel)

),

-- Quantiles do not: each total asks its cases again.
timed as (

    select
        closed_month as month,
        coalesce(service_code, 'all') as service_code,
        coalesce(office_code, 'all') as office_code,
        coalesce(intake_channel, 'all') as intake_channel,
        {{ quantiles('lead_us', [0.5, 0.9]) }} as median_and_p90_lead_us,
        percentile_cont(0.5) within group (order by working_us) as median_working_us
    from dated
    where closed_month is not null
    group by closed_month, cube (service_code, office_code, intake_channel)

)

select
    counted.*,
    {{ item('timed.median_and_p90_lead_us', 1) }} as median_lead_us,
    {{ item('timed.median_and_p90_lead_us', 2) }} as p90_lead_us,
    timed.median_working_us
from counted
left join timed
    on
        counted.month = timed.month
        and counted.service_code = timed.service_code
        and counted.office_code = timed.office_code
        and counted.intake_channel = timed.intake_channel
