with

cases as (

    select * from {{ ref('fct_cases') }}

),

paths as (

    select * from {{ ref('int_cases_summarized') }}

),

pruned as (

    select * from {{ ref('int_variants_pruned') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

covered as (

    select * from {{ ref('int_months_covered') }}
    where is_current

),

counted as (

    select
        coalesce(cases.service_code, 'all') as scope,
        cases.variant_id,
        count(*) as case_count,
        min(cases.case_id) as example_case_id,
        percentile_cont(0.5) within group (order by cases.event_span_seconds) as median_event_span_seconds
    from cases
    where cases.variant_id is not null
    group by cases.variant_id, cube (cases.service_code)

),

ranked as (

    select
        counted.*,
        pruned.is_common,
        row_number() over (
            partition by counted.scope
            order by counted.case_count desc, counted.variant_id asc
        ) as variant_rank,
        sum(counted.case_count) over (partition by counted.scope) as total_cases,
        sum(case when pruned.is_common then counted.case_count else 0 end) over (
            partition by counted.scope
        ) as common_total_cases
    from counted
    inner join pruned on counted.scope = pruned.scope and counted.variant_id = pruned.variant_id

)

select
    ranked.scope,
    ranked.variant_id,
    cast(ranked.variant_rank as bigint) as variant_rank,
    cast(ranked.case_count as bigint) as case_count,
    cast(ranked.total_cases as bigint) as total_cases,
    cast(ranked.case_count as double) / ranked.total_cases as case_share,
    paths.activities,
    cast(ranked.median_event_span_seconds as double) as median_event_span_seconds,
    ranked.is_common,
    cast(ranked.common_total_cases as bigint) as common_total_cases,
    case
        when ranked.is_common then cast(ranked.case_count as double) / ranked.common_total_cases
    end as common_case_share,
    covered.coverage_share,
    coalesce(covered.coverage_share < 0.95, true) as is_provisional,
    coalesce(ranked.case_count < settings.min_cases, true) as is_small_cell
from ranked
inner join paths on ranked.example_case_id = paths.case_id
cross join settings
cross join covered
