with

cost_items as (

    select * from {{ ref('int_cost_items_admitted') }}

)

select
    cost_item_id,
    measure_id,
    month,
    kind,
    plan_eur,
    actual_eur,
    budget_line_id,
    booking_ref,
    source,
    delivery_id,
    position
from cost_items
