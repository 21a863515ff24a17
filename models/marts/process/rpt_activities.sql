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

ways as (

    select * from {{ ref('int_variants_walked') }}

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
        variant_id,
        activity,
        count(*) as events,
        min(step_number) as first_step,
        max(case when next_activity is null then 1 else 0 end) as last_steps
    from ways
    group by variant_id, activity

),

-- How often is a matter of the ways; only how long, and on what, must be asked of each step.
counted as (

    select
        variants.scope,
        occurrences.activity,
        sum(occurrences.events * variants.case_count) as event_count,
        sum(variants.case_count) as case_count,
        sum(case when occurrences.first_step = 1 then variants.case_count else 0 end) as start_case_count,
        sum(case when occurrences.last_steps = 1 then variants.case_count else 0 end) as end_case_count,
        sum(case when occurrences.events > 1 then variants.case_count else 0 end) as rework_case_count,

        ---- the same of the common ways
        sum(case when variants.is_common then occurrences.events * variants.case_count else 0 end)
            as common_event_count,
        sum(case when variants.is_common then variants.case_count else 0 end) as common_case_count,
        sum(case when variants.is_common and occurrences.first_step = 1 then variants.case_count else 0 end)
            as common_start_case_count,
        sum(case when variants.is_common and occurrences.last_steps = 1 then variants.case_count else 0 end)
            as common_end_case_count,
        sum(case when variants.is_common and occurrences.events > 1 then variants.case_count else 0 end)
            as common_rework_case_count
    from occurrences
    inner join variants on occurrences.variant_id = variants.variant_id
    group by variants.scope, occurrences.activity

),

-- By variant first, as its cases are as common in each scope.
of_variants as (

    select
        cases.variant_id,
        coalesce(cases.service_code, 'all') as scope,
        steps.activity,
        count(*) filter (where steps.medium = 'paper') as paper_events,
        count(*) filter (where steps.medium <> 'unknown') as known_medium_events
    from steps
    inner join cases on steps.case_id = cases.case_id
    group by cases.variant_id, steps.activity, cube (cases.service_code)

),

media as (

    select
        variants.scope,
        of_variants.activity,
        sum(of_variants.paper_events) as paper_event_count,
        sum(of_variants.known_medium_events) as known_medium_event_count,
        sum(case when variants.is_common then of_variants.paper_events else 0 end) as common_paper_event_count,
        sum(case when variants.is_common then of_variants.known_medium_events else 0 end)
            as common_known_medium_event_count
    from of_variants
    inner join variants
        on of_variants.variant_id = variants.variant_id and of_variants.scope = variants.scope
    group by variants.scope, of_variants.activity

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
    cast(media.paper_event_count as bigint) as paper_event_count,
    cast(media.known_medium_event_count as bigint) as known_medium_event_count,
    cast(media.paper_event_count as double) / nullif(media.known_medium_event_count, 0) as paper_step_share,
    cast(sojourns.median_sojourn_seconds as double) as median_sojourn_seconds,
    cast(counted.common_event_count as bigint) as common_event_count,
    cast(counted.common_case_count as bigint) as common_case_count,
    cast(counted.common_start_case_count as bigint) as common_start_case_count,
    cast(counted.common_end_case_count as bigint) as common_end_case_count,
    cast(counted.common_rework_case_count as bigint) as common_rework_case_count,
    cast(media.common_paper_event_count as bigint) as common_paper_event_count,
    cast(media.common_known_medium_event_count as bigint) as common_known_medium_event_count,
    cast(media.common_paper_event_count as double)
    / nullif(media.common_known_medium_event_count, 0) as common_paper_step_share,
    covered.coverage_share,
    coalesce(covered.coverage_share < 0.95, true) as is_provisional,
    coalesce(counted.case_count < settings.min_cases, true) as is_small_cell
from counted
inner join media on counted.scope = media.scope and counted.activity = media.activity
inner join sojourns on counted.scope = sojourns.scope and counted.activity = sojourns.activity
cross join settings
cross join covered
