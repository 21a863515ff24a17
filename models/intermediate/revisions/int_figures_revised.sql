{{ config(materialized='table') }}

with

published as (

    select * from {{ source('town', 'published_figures') }}

),

figures as (

    select * from {{ ref('int_monthly_figures_gathered') }}

),

months_touched as (

    select * from {{ ref('int_months_touched') }}

),

run as (

    select * from {{ source('town', 'run') }}

),

-- A month that was still running when it was published is not compared.
compared as (

    select
        published.metric,
        published.scope,
        published.month,
        published.value as old_value,
        figures.value as new_value,
        published.cases as cases_before,
        figures.cases as cases_after,
        published.generation_id as from_generation_id,
        run.generation_id as to_generation_id,
        run.as_of as revised_on,
        run.program_version <> published.program_version as has_other_program,
        case when published.metric = 'like_for_like_hours' then run.adopted_because end as adopted_because,
        coalesce(run.parameters_hash, '') <> coalesce(published.parameters_hash, '') as has_other_parameters
    from published
    cross join run
    left join figures
        on
            published.metric = figures.metric
            and published.scope = figures.scope
            and published.month = figures.month
    where published.month < {{ month_of('published.as_of') }}

),

moved as (

    select *
    from compared
    where
        (old_value is null) <> (new_value is null)
        or abs(new_value - old_value) > 0.000000001 * greatest(abs(new_value), abs(old_value))

),

touched as (

    select
        moved.metric,
        moved.scope,
        moved.month,
        bool_or(months_touched.cause = 'deletion') as has_deletion,
        bool_or(months_touched.cause = 'correction') as has_correction
    from moved
    inner join months_touched
        on
            moved.month = months_touched.month
            and case
                when moved.metric = 'net_cash_eur' then moved.scope = 'measure:' || months_touched.measure_id
                when months_touched.measure_id is not null then false
                when moved.scope like 'service:%'
                    then moved.scope = 'service:' || coalesce(months_touched.service_code, substr(moved.scope, 9))
                else true
            end
    group by moved.metric, moved.scope, moved.month

),

explained as (

    select
        moved.metric,
        moved.scope,
        moved.month,
        moved.old_value,
        moved.new_value,
        moved.cases_before,
        moved.cases_after,
        case
            when moved.has_other_program then 'formula'
            -- Of another baseline the hours of other services move, too: their part in the tide is another one.
            when moved.adopted_because is not null then moved.adopted_because
            -- Cash does not depend on assumptions.
            when moved.has_other_parameters and moved.metric <> 'net_cash_eur' and touched.month is null
                then 'assumption'
            when touched.has_deletion then 'deletion'
            when touched.has_correction then 'correction'
            else 'late_data'
        end as cause,
        moved.from_generation_id,
        moved.to_generation_id,
        moved.revised_on
    from moved
    left join touched
        on
            moved.metric = touched.metric
            and moved.scope = touched.scope
            and moved.month = touched.month

)

select * from explained
