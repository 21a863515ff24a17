with

costs as (

    {{ admitted('costs', ref('stg_landing__costs')) }}

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
    costs.delivery_id,
    costs.position
from costs
