{{ config(materialized='table') }}

with

capacity as (

    select * from {{ ref('int_savings_estimated') }}
    where span = 'month' and measure_id <> 'all'

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
        min(starts.month) as first_month,
        {{ add_months('settings.as_of_month', -1) }} as last_month
    from starts
    cross join settings
    where starts.month < settings.as_of_month
    group by starts.measure_id, settings.as_of_month

),

months as (

    select
        measure_id,
        {{ month_series('first_month', 'last_month') }} as month
    from spans

),

-- The headline is what is proven: grade A. What stands beneath it is told beside it.
headline as (

    select * from capacity
    where service_code = 'all' and evidence_grade = 'A'

),

joined as (

    select
        months.measure_id,
        months.month,
        headline.claimed_cases,
        headline.minutes,
        cash.cash_released_eur,
        cash.cash_beneath_eur,
        cash.one_off_cost_eur,
        cash.running_cost_eur,
        cash.parallel_cost_eur,
        cash.net_cash_eur,
        cash.cash_state,
        cash.cash_evidence_grade
    from months
    left join headline
        on
            months.measure_id = headline.measure_id
            and months.month = headline.month
    left join cash
        on
            months.measure_id = cash.measure_id
            and months.month = cash.month

)

select
    measure_id,
    month,
    cash_released_eur,
    cash_beneath_eur,
    one_off_cost_eur,
    running_cost_eur,
    parallel_cost_eur,
    net_cash_eur,
    claimed_cases,
    minutes is not null as has_hours,
    cash_state,
    cash_evidence_grade
from joined
