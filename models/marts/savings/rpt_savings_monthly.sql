with

capacity as (

    select * from {{ ref('int_capacity_totalled') }}

),

cash as (

    select * from {{ ref('int_cash_totalled') }}

),

months as (

    select * from {{ ref('int_months_covered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

-- Cash and costs belong to the measure as a whole: they stand on its total row and nowhere else.
joined as (

    select
        coalesce(capacity.measure_id, cash.measure_id) as measure_id,
        coalesce(capacity.month, cash.month) as month,
        coalesce(capacity.service_code, 'all') as service_code,
        coalesce(capacity.office_code, 'all') as office_code,
        capacity.claimed_cases,
        capacity.baseline_cases,
        capacity.evidence_grade,
        capacity.counterfactual_minutes,
        capacity.actual_minutes,
        capacity.channel_effect_minutes,
        capacity.efficiency_effect_minutes,
        capacity.capacity_minutes,
        capacity.capacity_low_minutes,
        capacity.capacity_high_minutes,
        cash.cash_released_eur,
        cash.one_off_cost_eur,
        cash.running_cost_eur,
        cash.parallel_cost_eur,
        cash.net_cash_eur,
        cash.cumulative_cash_eur
    from capacity
    full outer join cash
        on
            capacity.measure_id = cash.measure_id
            and capacity.month = cash.month
            and capacity.service_code = 'all'
            and capacity.office_code = 'all'

)

select
    joined.month,
    joined.measure_id,
    joined.service_code,
    joined.office_code,
    joined.cash_released_eur,
    joined.cash_released_eur as cash_low_eur,
    joined.cash_released_eur as cash_high_eur,
    cast(joined.capacity_minutes as double) / 60 as capacity_released_hours,
    cast(joined.capacity_low_minutes as double) / 60 as capacity_low_hours,
    cast(joined.capacity_high_minutes as double) / 60 as capacity_high_hours,
    cast(joined.counterfactual_minutes as double) / 60 as counterfactual_hours,
    cast(joined.actual_minutes as double) / 60 as actual_hours,
    cast(joined.channel_effect_minutes as double) / 60 as channel_effect_hours,
    cast(joined.efficiency_effect_minutes as double) / 60 as efficiency_effect_hours,
    joined.one_off_cost_eur,
    joined.running_cost_eur,
    joined.parallel_cost_eur,
    joined.net_cash_eur,
    joined.cumulative_cash_eur,
    joined.evidence_grade,
    joined.claimed_cases,
    joined.baseline_cases,
    months.coverage_share,
    months.is_provisional,
    coalesce(joined.claimed_cases < settings.min_cases, true) as is_small_cell
from joined
inner join months on joined.month = months.month
cross join settings
