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

working_day as (

    select * from {{ ref('int_working_day_measured') }}

),

totals as (

    select
        coalesce(service_code, 'all') as scope,
        count(*) as total_cases
    from cases
    where event_count > 0
    group by grouping sets ((), (service_code))

),

-- Each case counts among all and in its service.
scoped as (

    select
        cases.case_id,
        variants.scope,
        variants.is_common
    from cases
    inner join variants on cases.variant_id = variants.variant_id
    where variants.scope = 'all'

    union all

    select
        cases.case_id,
        variants.scope,
        variants.is_common
    from cases
    inner join variants on cases.variant_id = variants.variant_id and cases.service_code = variants.scope

),

changes as (

    select
        variant_id,
        activity,
        next_activity,
        count(*) as times
    from ways
    where next_activity is not null
    group by variant_id, activity, next_activity

),

-- How often is a matter of the ways; only how long must be asked of each step.
counted as (

    select
        variants.scope,
        changes.activity,
        changes.next_activity,
        sum(changes.times * variants.case_count) as transition_count,
        sum(variants.case_count) as case_count,
        sum(case when variants.is_common then changes.times * variants.case_count else 0 end)
            as common_transition_count,
        sum(case when variants.is_common then variants.case_count else 0 end) as common_case_count
    from changes
    inner join variants on changes.variant_id = variants.variant_id
    group by variants.scope, changes.activity, changes.next_activity

),

timed as (

    select
        scoped.scope,
        steps.activity,
        steps.next_activity,
        count(steps.media_break_kind) as break_count,
        {{ quantiles('steps.seconds_to_next', [0.5, 0.9]) }} as median_and_p90_seconds,
        percentile_cont(0.5) within group (order by steps.working_seconds_to_next) as median_working_seconds,

        ---- the same of the common ways
        count(steps.media_break_kind) filter (where scoped.is_common) as common_break_count,
        {{ quantiles('steps.seconds_to_next', [0.5, 0.9], among='scoped.is_common') }}
            as common_median_and_p90_seconds,
        percentile_cont(0.5) within group (order by steps.working_seconds_to_next)
        filter (where scoped.is_common) as common_median_working_seconds
    from steps
    inner join scoped on steps.case_id = scoped.case_id
    where steps.next_activity is not null
    group by scoped.scope, steps.activity, steps.next_activity

),

edges as (

    select
        timed.*,
        counted.transition_count,
        counted.case_count,
        counted.common_transition_count,
        counted.common_case_count
    from timed
    inner join counted
        on
            timed.scope = counted.scope
            and timed.activity = counted.activity
            and timed.next_activity = counted.next_activity

)

select
    edges.scope,
    edges.activity as from_activity,
    edges.next_activity as to_activity,
    cast(edges.transition_count as bigint) as transition_count,
    cast(edges.case_count as bigint) as case_count,
    cast(totals.total_cases as bigint) as total_cases,
    cast(edges.break_count as bigint) as break_count,
    cast(edges.break_count as double) / nullif(edges.transition_count, 0) as break_share,
    cast({{ item('edges.median_and_p90_seconds', 1) }} as double) as median_seconds,
    cast({{ item('edges.median_and_p90_seconds', 2) }} as double) as p90_seconds,
    cast(edges.median_working_seconds as double) as median_working_seconds,
    cast(edges.median_working_seconds as double)
    / nullif(working_day.working_day_us / 1000000, 0) as median_wait_working_days,
    cast(edges.common_transition_count as bigint) as common_transition_count,
    cast(edges.common_case_count as bigint) as common_case_count,
    cast(edges.common_break_count as bigint) as common_break_count,
    cast(edges.common_break_count as double) / nullif(edges.common_transition_count, 0) as common_break_share,
    cast({{ item('edges.common_median_and_p90_seconds', 1) }} as double) as common_median_seconds,
    cast({{ item('edges.common_median_and_p90_seconds', 2) }} as double) as common_p90_seconds,
    cast(edges.common_median_working_seconds as double) as common_median_working_seconds,
    cast(edges.common_median_working_seconds as double)
    / nullif(working_day.working_day_us / 1000000, 0) as common_median_wait_working_days,
    covered.coverage_share,
    coalesce(covered.coverage_share < 0.95, true) as is_provisional,
    coalesce(edges.case_count < settings.min_cases, true) as is_small_cell
from edges
inner join totals on edges.scope = totals.scope
cross join settings
cross join covered
cross join working_day
