with

appraised as (

    select * from {{ ref('int_savings_appraised') }}
    where kind = 'line'

),

months as (

    select * from {{ ref('int_appraisal_months_filled') }}

),

money as (

    select
        case when scope = 'all' then 'all' else substr(scope, 9) end as measure_id,
        month,
        cast(cumulative_cash_eur + coalesce(cumulative_cash_beneath_eur, 0) as decimal(18, 2)) as cumulative_cash_eur,
        cumulative_cash_beneath_eur as unchecked_eur,
        case when cumulative_cash_beneath_eur > 0 then 'B' else cash_evidence_grade end as cash_evidence_grade
    from {{ ref('int_cash_of_scopes_summed') }}

),

measures as (

    select * from {{ source('town', 'measures') }}

),

assumptions as (

    select * from {{ ref('int_assumptions_held') }}

),

covered as (

    select * from {{ ref('int_months_covered') }}
    where is_current

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

-- Money as far as finance told of it, hours as far as they are of grade A.
so_far as (

    select
        months.measure_id,
        sum(months.one_off_cost_eur) as one_off_cost_eur,
        sum(months.one_off_cost_eur + months.running_cost_eur + coalesce(months.parallel_cost_eur, 0)) as cost_eur,
        sum(months.cash_released_eur) as back_eur,
        sum(months.capacity_value) as capacity_value,
        sum(
            case
                when months.month >= measures.ended_on
                    then months.one_off_cost_eur + months.running_cost_eur + coalesce(months.parallel_cost_eur, 0)
            end
        ) as cost_after_end_eur
    from months
    left join measures on months.measure_id = measures.measure_id
    group by months.measure_id

),

rate_grades as (

    select
        max(case when assumption = 'discount_rate' then evidence_grade end) as discount_grade,
        max(case when assumption like 'staff_cost_rate%' then evidence_grade end) as staff_grade
    from assumptions

)

select
    appraised.measure_id,
    appraised.line,
    appraised.break_even_state,
    appraised.refusal_reason,

    ---- worth in the money of base_month
    {{ rounded('appraised.value') }} as npv_eur,
    {{ rounded('appraised.p10') }} as npv_p10_eur,
    {{ rounded('appraised.p50') }} as npv_p50_eur,
    {{ rounded('appraised.p90') }} as npv_p90_eur,
    {{ rounded('appraised.discounted_so_far') }} as npv_so_far_eur,

    ---- when it has paid for itself
    appraised.payback_month_p10,
    appraised.payback_month_p50,
    appraised.payback_month_p90,
    appraised.probability_within_horizon,
    appraised.years_to_payback,

    ---- what it rests on
    appraised.base_month,
    appraised.told_until_month,
    appraised.horizon_end_month,
    appraised.appraisal_years,
    appraised.is_default_horizon,
    appraised.discount_rate,
    appraised.overhead_state,
    appraised.pace_months,
    appraised.claimed_cases,
    appraised.draws_seed,

    ---- so far, not discounted
    cast(so_far.one_off_cost_eur as decimal(18, 2)) as invested_eur,
    cast(so_far.cost_eur as decimal(18, 2)) as cost_so_far_eur,
    cast(so_far.back_eur as decimal(18, 2)) as back_so_far_eur,
    money.unchecked_eur,
    money.cumulative_cash_eur,
    cast(so_far.cost_after_end_eur as decimal(18, 2)) as cost_after_end_eur,
    case
        when appraised.line <> 'cash' and appraised.refusal_reason is null
            then cast(so_far.capacity_value as decimal(18, 2))
    end as capacity_value_so_far_eur,

    ---- trust
    case
        when appraised.refusal_reason is not null then null
        when appraised.line = 'cash' then greatest(money.cash_evidence_grade, rate_grades.discount_grade)
        else greatest(money.cash_evidence_grade, rate_grades.discount_grade, rate_grades.staff_grade)
    end as evidence_grade,
    covered.coverage_share,
    covered.coverage_share is null
    or covered.coverage_share < 0.95
    or coalesce(appraised.told_until_month < {{ add_months('settings.as_of_month', -1) }}, true) as is_provisional,
    coalesce(appraised.claimed_cases < settings.min_cases, false) as is_small_cell
from appraised
cross join settings
cross join covered
cross join rate_grades
left join so_far on appraised.measure_id = so_far.measure_id
left join money on appraised.measure_id = money.measure_id and appraised.told_until_month = money.month
