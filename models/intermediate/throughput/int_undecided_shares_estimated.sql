{{ config(materialized='table') }}

with

waits as (

    select * from {{ ref('int_waits_measured') }}

),

leaving as (

    select
        period,
        days,
        coalesce(service_code, 'all') as service_code,
        count(*) as leaving_cases,
        count(*) filter (where is_decided) as decided_cases
    from waits
    group by period, days, cube (service_code)

),

at_risk as (

    select
        period,
        service_code,
        days,
        decided_cases,
        cast(
            sum(leaving_cases) over (
                partition by period, service_code
                order by days
                rows between current row and unbounded following
            ) as bigint
        ) as at_risk_cases
    from leaving

),

-- On each day the share shrinks by decided / at risk.
-- Greenwood's sum grows by decided / (at risk * (at risk - decided)).
shrinking as (

    select
        *,
        case
            when decided_cases < at_risk_cases then ln(1 - cast(decided_cases as double) / at_risk_cases)
        end as log_factor,
        case
            when decided_cases < at_risk_cases
                then
                    cast(decided_cases as double)
                    / (cast(at_risk_cases as double) * (at_risk_cases - decided_cases))
        end as greenwood_term
    from at_risk

),

summed as (

    select
        period,
        service_code,
        days,
        at_risk_cases,
        decided_cases,
        max(case when decided_cases = at_risk_cases then 1 else 0 end) over so_far = 1 as is_all_decided,
        coalesce(sum(log_factor) over so_far, 0) as log_share,
        coalesce(sum(greenwood_term) over so_far, 0) as greenwood_sum
    from shrinking
    window so_far as (
        partition by period, service_code
        order by days
        rows between unbounded preceding and current row
    )

),

-- The bounds are symmetric in log(-log(share)), so that they stay between 0 and 1.
spread as (

    select
        *,
        case
            when log_share < 0 and not is_all_decided
                then 1.959963984540054 * sqrt(greenwood_sum) / abs(log_share)
        end as width
    from summed

),

curve as (

    select
        period,
        service_code,
        days,
        at_risk_cases,
        decided_cases,
        case when is_all_decided then 0 else exp(log_share) end as undecided_share,
        case when is_all_decided then 0 else exp(log_share * coalesce(exp(width), 1)) end as low,
        case when is_all_decided then 0 else exp(log_share * coalesce(exp(-width), 1)) end as high
    from spread
    where days > 0

    union all

    select
        period,
        service_code,
        cast(0 as bigint) as days,
        cast(sum(leaving_cases) as bigint) as at_risk_cases,
        sum(case when days = 0 then decided_cases else 0 end) as decided_cases,
        1 as undecided_share,
        1 as low,
        1 as high
    from leaving
    group by period, service_code

)

-- Rounded, so that half of the cases is half whatever way the logarithms were added.
select
    period,
    service_code,
    days,
    at_risk_cases,
    cast(decided_cases as bigint) as decided_cases,
    round(cast(undecided_share as double), 12) as undecided_share,
    round(cast(low as double), 12) as low,
    round(cast(high as double), 12) as high
from curve
