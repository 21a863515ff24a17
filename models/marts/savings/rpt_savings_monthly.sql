with

estimated as (

    select * from {{ ref('int_savings_estimated') }}
    where span = 'month' and service_code <> 'all'

),

cash as (

    select * from {{ ref('int_cash_totalled') }}

),

services as (

    select * from {{ source('town', 'services') }}

),

months as (

    select * from {{ ref('int_months_covered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

hours as (

    select
        estimated.*,
        coalesce(services.office_code, 'unknown') as office_code
    from estimated
    left join services on estimated.service_code = services.service_code

),

-- Hours stand on the rows of services, money on the measure's row for all of them: a sum counts neither twice.
joined as (

    select
        coalesce(hours.measure_id, cash.measure_id) as measure_id,
        coalesce(hours.month, cash.month) as month,
        coalesce(hours.service_code, 'all') as service_code,
        coalesce(hours.office_code, 'all') as office_code,
        hours.claim_state,
        hours.refusal_reason,
        hours.claimed_cases,
        hours.left_out_cases,
        hours.baseline_cases,
        hours.evidence_grade,
        hours.minutes,
        hours.p10,
        hours.p50,
        hours.p90,
        hours.before_minutes,
        hours.after_minutes,
        hours.volume_minutes,
        hours.mix_minutes,
        hours.like_for_like_minutes,
        hours.efficiency_minutes,
        hours.draws_seed,
        hours.baseline_id,
        hours.newest_baseline_minutes,
        hours.first_baseline_minutes,
        cash.cash_released_eur,
        cash.cash_beneath_eur,
        cash.one_off_cost_eur,
        cash.running_cost_eur,
        cash.parallel_cost_eur,
        cash.net_cash_eur,
        cash.cumulative_cash_eur,
        cash.cash_state
    from hours
    full outer join cash
        on
            hours.measure_id = cash.measure_id
            and hours.month = cash.month
            and hours.service_code = 'all'

)

select
    joined.month,
    joined.measure_id,
    joined.service_code,
    joined.office_code,

    ---- money
    joined.cash_released_eur,
    joined.cash_released_eur as cash_low_eur,
    cast(joined.cash_released_eur + joined.cash_beneath_eur as decimal(18, 2)) as cash_high_eur,
    joined.cash_beneath_eur,
    joined.cash_state,

    ---- hours that are claimed
    joined.minutes / 60 as capacity_released_hours,
    joined.p10 / 60 as capacity_low_hours,
    joined.p90 / 60 as capacity_high_hours,
    joined.p10 / 60 as capacity_p10_hours,
    joined.p50 / 60 as capacity_p50_hours,
    joined.p90 / 60 as capacity_p90_hours,
    joined.claim_state,
    joined.refusal_reason,
    (joined.minutes + joined.after_minutes) / 60 as counterfactual_hours,
    joined.after_minutes / 60 as actual_hours,
    (joined.minutes - joined.efficiency_minutes) / 60 as channel_effect_hours,
    joined.efficiency_minutes / 60 as efficiency_effect_hours,

    ---- effects beside them, never claimed
    joined.before_minutes / 60 as baseline_hours,
    (joined.before_minutes - joined.after_minutes) / 60 as raw_hours,
    joined.like_for_like_minutes / 60 as like_for_like_hours,
    (joined.like_for_like_minutes - joined.minutes) / 60 as tide_hours,
    joined.volume_minutes / 60 as volume_hours,
    joined.mix_minutes / 60 as mix_hours,
    joined.draws_seed,
    joined.baseline_id,
    joined.newest_baseline_minutes / 60 as newest_baseline_hours,
    joined.first_baseline_minutes / 60 as first_baseline_hours,

    ---- cost
    joined.one_off_cost_eur,
    joined.running_cost_eur,
    joined.parallel_cost_eur,
    joined.net_cash_eur,
    joined.cumulative_cash_eur,

    ---- trust
    joined.evidence_grade,
    joined.claimed_cases,
    joined.left_out_cases,
    joined.baseline_cases,
    months.coverage_share,
    months.is_provisional
    or coalesce(joined.claim_state = 'provisional' or joined.cash_state = 'finance_silent', false) as is_provisional,
    coalesce(joined.claimed_cases < settings.min_cases, true) as is_small_cell
from joined
inner join months on joined.month = months.month
cross join settings
