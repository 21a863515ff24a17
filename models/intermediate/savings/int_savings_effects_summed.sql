with

estimated as (

    select * from {{ ref('int_savings_estimated') }}
    where span = 'month' and service_code <> 'all' and {{ stands('claim_state') }}

),

measure_months as (

    select * from {{ ref('int_measure_months_filled') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

monthly as (

    select
        estimated.month,
        coalesce('measure:' || estimated.measure_id, 'all') as scope,
        sum(estimated.before_minutes - estimated.after_minutes) as raw_minutes,
        sum(estimated.volume_minutes) as volume_minutes,
        sum(estimated.mix_minutes) as mix_minutes,
        sum(estimated.like_for_like_minutes) as like_for_like_minutes,
        sum(estimated.minutes) as minutes
    from estimated
    cross join settings
    where estimated.claimed_cases >= settings.min_cases
    group by estimated.month, cube (estimated.measure_id)

),

-- Every month of a scope, so that twelve rows are twelve months.
months as (

    select
        month,
        coalesce('measure:' || measure_id, 'all') as scope
    from measure_months
    group by month, cube (measure_id)

)

select
    months.month,
    months.scope,
    sum(monthly.raw_minutes) over last_12 as raw_minutes,
    sum(monthly.volume_minutes) over last_12 as volume_minutes,
    sum(monthly.mix_minutes) over last_12 as mix_minutes,
    sum(monthly.like_for_like_minutes) over last_12 as like_for_like_minutes,
    sum(monthly.minutes) over last_12 as minutes
from months
left join monthly on months.month = monthly.month and months.scope = monthly.scope
window last_12 as (partition by months.scope order by months.month rows between 11 preceding and current row)
