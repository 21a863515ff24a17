{{ config(materialized='table') }}

with

-- A year that is not over can prove nothing yet: what is booked in it (grade B) counts here, or no pace had any relief.
money as (

    select
        case when scope = 'all' then 'all' else substr(scope, 9) end as measure_id,
        month,
        cast(cash_released_eur + coalesce(cash_beneath_eur, 0) as decimal(18, 2)) as cash_released_eur,
        one_off_cost_eur,
        running_cost_eur,
        parallel_cost_eur,
        cast(net_cash_eur + coalesce(cash_beneath_eur, 0) as decimal(18, 2)) as net_cash_eur
    from {{ ref('int_cash_of_scopes_summed') }}

),

bookings as (

    select * from {{ ref('int_bookings_audited') }}

),

estimated as (

    select * from {{ ref('int_savings_estimated') }}
    where span = 'month' and evidence_grade = 'A'

),

so_far as (

    select * from {{ ref('int_savings_estimated') }}
    where span = 'since_live' and evidence_grade = 'A' and service_code = 'all'

),

rates as (

    select * from {{ ref('int_staff_rates_found') }}

),

lapsed_posts as (

    select * from {{ ref('int_lapsed_posts_booked') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

-- Relief that was booked once only is no pace.
one_off_relief as (

    select
        coalesce(measure_id, 'all') as measure_id,
        month,
        sum(accepted_eur) as one_off_relief_eur
    from bookings
    where kind = 'cash_released' and cash_class = 'cash' and not is_recurring
    group by month, cube (measure_id)

),

posts_gone as (

    select
        coalesce(measure_id, 'all') as measure_id,
        month,
        sum(staff_relief_eur) as staff_relief_eur,
        sum(lapsed_fte) as lapsed_fte
    from lapsed_posts
    group by month, cube (measure_id)

),

capacity as (

    select
        measure_id,
        month,
        minutes,
        p10,
        p50,
        p90,
        claimed_cases
    from estimated
    where service_code = 'all'

),

-- The services that stand in the headline, each at the rate of those who do its work. In decimals, as a sum of doubles
-- differs with the order in which they come; minutes are told to the thousandth.
priced as (

    select
        estimated.measure_id,
        estimated.month,
        cast(estimated.minutes as decimal(15, 3)) as minutes,
        cast(estimated.minutes + estimated.after_minutes as decimal(15, 3)) as weight,
        cast(rates.hour_eur as decimal(12, 6)) as hour_eur,
        cast(rates.hour_low_eur as decimal(12, 6)) as hour_low_eur,
        cast(rates.hour_high_eur as decimal(12, 6)) as hour_high_eur
    from estimated
    cross join settings
    left join rates
        on
            estimated.service_code = rates.service_code
            and estimated.month = rates.month
    where
        estimated.service_code <> 'all'
        and estimated.claim_state = 'claimed'
        and estimated.claimed_cases >= settings.min_cases

),

valued as (

    select
        coalesce(measure_id, 'all') as measure_id,
        month,
        count(hour_eur) = count(*) as has_rate,
        cast(sum(minutes * hour_eur) as double) as value_minutes,
        cast(sum(weight) as double) as weight,
        cast(sum(weight * hour_eur) as double) as weighted_rate,
        cast(sum(weight * hour_low_eur) as double) as weighted_rate_low,
        cast(sum(weight * hour_high_eur) as double) as weighted_rate_high
    from priced
    group by month, cube (measure_id)

)

select
    money.measure_id,
    money.month,

    ---- money
    money.cash_released_eur,
    coalesce(one_off_relief.one_off_relief_eur, 0) as one_off_relief_eur,
    money.one_off_cost_eur,
    money.running_cost_eur,
    money.parallel_cost_eur,
    money.net_cash_eur,

    ---- hours of grade A
    capacity.minutes,
    capacity.p10,
    capacity.p50,
    capacity.p90,
    so_far.p10 as so_far_p10,
    so_far.p90 as so_far_p90,
    cast(coalesce(capacity.claimed_cases, 0) as bigint) as claimed_cases,
    case when valued.has_rate then valued.value_minutes / 60 end as capacity_value,
    case when valued.has_rate then valued.weighted_rate / nullif(valued.weight, 0) end as hour_eur,
    case when valued.has_rate then valued.weighted_rate_low / nullif(valued.weight, 0) end as hour_low_eur,
    case when valued.has_rate then valued.weighted_rate_high / nullif(valued.weight, 0) end as hour_high_eur,

    ---- posts that went
    coalesce(posts_gone.staff_relief_eur, 0) as staff_relief_eur,
    coalesce(posts_gone.lapsed_fte, 0) as lapsed_fte
from money
left join one_off_relief on money.measure_id = one_off_relief.measure_id and money.month = one_off_relief.month
left join capacity on money.measure_id = capacity.measure_id and money.month = capacity.month
left join so_far on money.measure_id = so_far.measure_id and money.month = so_far.month
left join valued on money.measure_id = valued.measure_id and money.month = valued.month
left join posts_gone on money.measure_id = posts_gone.measure_id and money.month = posts_gone.month
