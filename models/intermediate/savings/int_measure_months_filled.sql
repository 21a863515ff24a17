{{ config(materialized='table') }}

with

capacity as (

    select *
    from {{ ref('int_capacity_totalled') }}
    where service_code = 'all' and office_code = 'all'

),

cash as (

    select * from {{ ref('int_cash_totalled') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

starts as (

    select
        measure_id,
        month
    from capacity
    union distinct
    select
        measure_id,
        month
    from cash

),

spans as (

    select
        starts.measure_id,
        settings.min_cases,
        min(starts.month) as first_month,
        {{ add_months('settings.as_of_month', -1) }} as last_month
    from starts
    cross join settings
    where starts.month < settings.as_of_month
    group by starts.measure_id, settings.min_cases, settings.as_of_month

),

months as (

    select
        measure_id,
        min_cases,
        {{ month_series('first_month', 'last_month') }} as month
    from spans

),

-- Hours that rest on too few cases stay out of every total, so that they cannot be computed back from it.
joined as (

    select
        months.measure_id,
        months.month,
        capacity.evidence_grade,
        capacity.baseline_cases,
        capacity.claimed_cases,
        capacity.capacity_minutes,
        capacity.capacity_low_minutes,
        capacity.capacity_high_minutes,
        capacity.channel_effect_minutes,
        capacity.efficiency_effect_minutes,
        cash.cash_released_eur,
        cash.one_off_cost_eur,
        cash.running_cost_eur,
        cash.parallel_cost_eur,
        cash.net_cash_eur,
        coalesce(capacity.claimed_cases >= months.min_cases, false) as has_enough_cases,
        coalesce(capacity.capacity_minutes is not null and capacity.claimed_cases >= months.min_cases, false)
            as has_hours
    from months
    left join capacity
        on
            months.measure_id = capacity.measure_id
            and months.month = capacity.month
    left join cash
        on
            months.measure_id = cash.measure_id
            and months.month = cash.month

)

select
    measure_id,
    month,
    cash_released_eur,
    one_off_cost_eur,
    running_cost_eur,
    parallel_cost_eur,
    net_cash_eur,
    has_hours,
    evidence_grade,
    case when net_cash_eur is not null then evidence_grade end as cash_evidence_grade,
    case when has_hours then evidence_grade end as capacity_evidence_grade,
    case when has_enough_cases then baseline_cases end as baseline_cases,
    case when has_hours then claimed_cases end as claimed_cases,
    case when has_hours then capacity_minutes end as capacity_minutes,
    case when has_hours then capacity_low_minutes end as capacity_low_minutes,
    case when has_hours then capacity_high_minutes end as capacity_high_minutes,
    case when has_hours then channel_effect_minutes end as channel_effect_minutes,
    case when has_hours then efficiency_effect_minutes end as efficiency_effect_minutes
from joined
