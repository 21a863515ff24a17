with

curve as (

    select * from {{ ref('int_undecided_shares_estimated') }}

),

periods as (

    select * from {{ ref('int_periods_covered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

)

-- With fewer cases at risk the estimate says more about single cases than about the service.
select
    curve.service_code,
    curve.period,
    periods.period_start,
    periods.period_end,
    curve.days,
    curve.undecided_share,
    curve.at_risk_cases,
    curve.low,
    curve.high,
    periods.coverage_share,
    periods.is_provisional,
    coalesce(curve.at_risk_cases < settings.min_cases, true) as is_small_cell
from curve
inner join periods on curve.period = periods.period
cross join settings
where curve.at_risk_cases >= 20
