{{ config(materialized='table') }}

with

sources_reached as (

    select *
    from {{ ref('int_sources_reached') }}
    where is_dated

),

office_days as (

    select * from {{ ref('int_office_days_spanned') }}

),

costs as (

    select * from {{ ref('stg_landing__costs') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

firsts as (

    select min(day) as first_day from office_days
    union all
    select min(month) as first_day from costs

),

bounds as (

    select
        settings.as_of,
        settings.as_of_month,
        least(settings.as_of_month, {{ month_of('min(firsts.first_day)') }}) as first_month
    from settings
    cross join firsts
    group by settings.as_of, settings.as_of_month

),

months as (

    select
        as_of,
        as_of_month,
        {{ month_series('first_month', 'as_of_month') }} as month
    from bounds

),

ends as (

    select
        month,
        month = as_of_month as is_current,
        least(as_of, {{ add_days(add_months('month', 1), -1) }}) as last_day
    from months

),

covered as (

    select
        ends.month,
        ends.is_current,
        count(reached.source) as sources,
        sum(
            case
                when reached.ended_on <= ends.last_day then 1
                when {{ add_days('reached.newest_day', 'reached.patience_days') }} >= ends.last_day then 1
                else 0
            end
        ) as sources_reaching
    from ends
    left join sources_reached as reached on true
    group by ends.month, ends.is_current

)

select
    month,
    is_current,
    sources as dated_source_count,
    sources_reaching as reached_source_count,
    cast(sources_reaching as double) / nullif(sources, 0) as coverage_share,
    is_current or coalesce(cast(sources_reaching as double) / nullif(sources, 0) < 0.95, true) as is_provisional
from covered
