with

appraised as (

    select * from {{ ref('int_savings_appraised') }}
    where kind = 'month'

),

lines as (

    select * from {{ ref('int_savings_appraised') }}
    where kind = 'line'

),

covered as (

    select * from {{ ref('int_months_covered') }}
    where is_current

),

settings as (

    select * from {{ ref('int_settings_read') }}

)

select
    appraised.measure_id,
    appraised.line,
    appraised.month,
    appraised.month <= appraised.told_until_month as is_booked,
    {{ rounded('appraised.value') }} as discounted_sum_eur,
    {{ rounded('appraised.p10') }} as discounted_sum_p10_eur,
    {{ rounded('appraised.p50') }} as discounted_sum_p50_eur,
    {{ rounded('appraised.p90') }} as discounted_sum_p90_eur,
    lines.pace_months,
    lines.claimed_cases,
    appraised.draws_seed,
    covered.coverage_share,
    appraised.month > appraised.told_until_month as is_provisional,
    coalesce(lines.claimed_cases < settings.min_cases, false) as is_small_cell
from appraised
inner join lines on appraised.measure_id = lines.measure_id and appraised.line = lines.line
cross join covered
cross join settings
