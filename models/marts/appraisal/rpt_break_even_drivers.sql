with

appraised as (

    select * from {{ ref('int_savings_appraised') }}
    where kind = 'driver'

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

),

spanned as (

    select
        appraised.*,
        {{ rounded('abs(appraised.value_at_high - appraised.value_at_low)') }} as npv_span_eur
    from appraised

)

select
    spanned.measure_id,
    spanned.line,
    spanned.assumption,
    cast(
        row_number() over (
            partition by spanned.measure_id, spanned.line
            order by spanned.npv_span_eur desc, spanned.assumption asc
        ) as bigint
    ) as driver_rank,
    spanned.value as assumption_value,
    spanned.low as assumption_low,
    spanned.high as assumption_high,
    {{ rounded('lines.value') }} as npv_eur,
    {{ rounded('spanned.value_at_low') }} as npv_at_low_eur,
    {{ rounded('spanned.value_at_high') }} as npv_at_high_eur,
    spanned.npv_span_eur,
    lines.pace_months,
    lines.claimed_cases,
    covered.coverage_share,
    covered.coverage_share is null
    or covered.coverage_share < 0.95
    or coalesce(lines.told_until_month < {{ add_months('settings.as_of_month', -1) }}, true) as is_provisional,
    coalesce(lines.claimed_cases < settings.min_cases, false) as is_small_cell
from spanned
inner join lines on spanned.measure_id = lines.measure_id and spanned.line = lines.line
cross join covered
cross join settings
