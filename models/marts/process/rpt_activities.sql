with

steps as (

    select * from {{ ref('fct_case_steps') }}

),

cases as (

    select * from {{ ref('fct_cases') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

covered as (

    select * from {{ ref('int_months_covered') }}
    where is_current

),

occurrences as (

    select
        steps.case_id,
        cases.service_code,
        steps.activity,
        count(*) as events,
        min(steps.step_number) as first_step,
        count(*) filter (where steps.next_activity is null) as last_steps,
        count(*) filter (where steps.medium = 'paper') as paper_events,
        count(*) filter (where steps.medium <> 'unknown') as known_medium_events
    from steps
    inner join cases on steps.case_id = cases.case_id
    group by steps.case_id, cases.service_code, steps.activity

),

counted as (

    select
        coalesce(service_code, 'all') as scope,
        activity,
        sum(events) as event_count,
        count(*) as case_count,
        count(*) filter (where first_step = 1) as start_case_count,
        count(*) filter (where last_steps > 0) as end_case_count,
        count(*) filter (where events > 1) as rework_case_count,
        sum(paper_events) as paper_event_count,
        sum(known_medium_events) as known_medium_event_count
    from occurrences
    group by activity, cube (service_code)

),

sojourns as (

    select
        coalesce(cases.service_code, 'all') as scope,
        steps.activity,
        percentile_cont(0.5) within group (order by steps.seconds_to_next) as median_sojourn_seconds
    from steps
    inner join cases on steps.case_id = cases.case_id
    group by steps.activity, cube (cases.service_code)

)

select
    counted.scope,
    counted.activity,
    cast(counted.event_count as bigint) as event_count,
    cast(counted.case_count as bigint) as case_count,
    cast(counted.start_case_count as bigint) as start_case_count,
    cast(counted.end_case_count as bigint) as end_case_count,
    cast(counted.rework_case_count as bigint) as rework_case_count,
    cast(counted.paper_event_count as bigint) as paper_event_count,
    cast(counted.known_medium_event_count as bigint) as known_medium_event_count,
    cast(counted.paper_event_count as double) / nullif(counted.known_medium_event_count, 0) as paper_step_share,
    cast(sojourns.median_sojourn_seconds as double) as median_sojourn_seconds,
    covered.coverage_share,
    coalesce(covered.coverage_share < 0.95, true) as is_provisional,
    coalesce(counted.case_count < settings.min_cases, true) as is_small_cell
from counted
inner join sojourns on counted.scope = sojourns.scope and counted.activity = sojourns.activity
cross join settings
cross join covered
