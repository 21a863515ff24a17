{{ config(materialized='table') }}

with

assumptions as (

    select * from {{ source('town', 'assumptions') }}

),

months_covered as (

    select * from {{ ref('int_months_covered') }}

),

months as (

    select
        month,
        {{ add_days(add_months('month', 1), -1) }} as last_day
    from months_covered

),

ranked as (

    select
        months.month,
        assumptions.assumption,
        assumptions.value,
        assumptions.low,
        assumptions.high,
        assumptions.evidence_grade,
        row_number() over (
            partition by months.month, assumptions.assumption
            order by assumptions.valid_from desc, assumptions.assumption_id asc
        ) as age_rank
    from assumptions
    inner join months
        on
            assumptions.valid_from <= months.last_day
            and (assumptions.valid_to is null or assumptions.valid_to >= months.last_day)
    where assumptions.unit = 'eur_per_hour' and assumptions.assumption like 'staff_cost_rate%'

)

select
    month,
    assumption,
    value as rate_eur_per_hour,
    coalesce(low, value) as low_eur_per_hour,
    coalesce(high, value) as high_eur_per_hour,
    evidence_grade
from ranked
where age_rank = 1
