with

steps as (

    select * from {{ ref('fct_case_steps') }}

),

cases as (

    select * from {{ ref('fct_cases') }}

),

variants as (

    select * from {{ ref('int_variants_pruned') }}

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
        cases.variant_id,
        steps.activity,
        count(*) as events,
        min(steps.step_number) as first_step,
        count(*) filter (where steps.next_activity is null) as last_steps,
        count(*) filter (where steps.medium = 'paper') as paper_events,
        count(*) filter (where steps.medium <> 'unknown') as known_medium_events
    from steps
    inner join cases on steps.case_id = cases.case_id
    group by steps.case_id, cases.service_code, cases.variant_id, steps.activity

),

counted as (

    select
        variants.scope,
        occurrences.activity,
        sum(occurrences.events) as event_count,
        count(*) as case_count,
        count(*) filter (where occurrences.first_step = 1) as start_case_count,
        count(*) filter (where occurrences.last_steps > 0) as end_case_count,
        count(*) filter (where occurrences.events > 1) as rework_case_count,
        sum(occurrences.paper_events) as paper_event_count,
        sum(occurrences.known_medium_events) as known_medium_event_count,

        ---- the same of the common ways
        coalesce(sum(occurrences.events) filter (where variants.is_common), 0) as common_event_count,
        count(*) filter (where variants.is_common) as common_case_count,
        count(*) filter (where variants.is_common and occurrences.first_step = 1) as common_start_case_count,
        count(*) filter (where variants.is_common and occurrences.last_steps > 0) as common_end_case_count,
        count(*) filter (where variants.is_common and occurrences.events > 1) as common_rework_case_count,
        coalesce(sum(occurrences.paper_events) filter (where variants.is_common), 0) as common_paper_event_count,
        coalesce(
            sum(occurrences.known_medium_events) filter (where variants.is_common), 0
        ) as common_known_medium_event_count
    from occurrences
    inner join variants
        on occurrences.variant_id = variants.variant_id and variants.scope in ('all', occurrences.service_code)
    group by variants.scope, occurrences.activity

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
    cast(counted.common_event_count as bigint) as common_event_count,
    cast(counted.common_case_count as bigint) as common_case_count,
    cast(counted.common_start_case_count as bigint) as common_start_case_count,
    cast(counted.common_end_case_count as bigint) as common_end_case_count,
    cast(counted.common_rework_case_count as bigint) as common_rework_case_count,
    cast(counted.common_paper_event_count as bigint) as common_paper_event_count,
    cast(counted.common_known_medium_event_count as bigint) as common_known_medium_event_count,
    cast(counted.common_paper_event_count as double)
    / nullif(counted.common_known_medium_event_count, 0) as common_paper_step_share,
    covered.coverage_share,
    coalesce(covered.coverage_share < 0.95, true) as is_provisional,
    coalesce(counted.case_count < settings.min_cases, true) as is_small_cell
from counted
inner join sojourns on counted.scope = sojourns.scope and counted.activity = sojourns.activity
cross join settings
cross join covered
