with

costs as (

    select * from {{ ref('stg_landing__costs') }}

),

costs_admitted as (

    select *
    from {{ ref('int_rows_judged') }}
    where record_kind = 'costs' and verdict = 'admitted'

)

select
    costs.cost_item_id,
    costs.measure_id,
    costs.month,
    costs.kind,
    cast(costs.plan_eur as decimal(18, 2)) as plan_eur,
    cast(costs.actual_eur as decimal(18, 2)) as actual_eur,
    costs.budget_line_id,
    costs.booking_ref,
    costs.source,
    costs.delivery_id
from costs
inner join costs_admitted
    on
        costs.delivery_id = costs_admitted.delivery_id
        and costs.position = costs_admitted.position
