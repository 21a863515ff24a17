with

cost_items as (

    select * from {{ ref('int_cost_items_admitted') }}

),

audited as (

    select * from {{ ref('int_bookings_audited') }}

)

select
    cost_items.cost_item_id,
    cost_items.measure_id,
    cost_items.month,
    cost_items.kind,
    cost_items.plan_eur,
    cost_items.actual_eur,
    cost_items.budget_line_id,
    cost_items.booking_ref,

    ---- audit
    audited.accepted_eur,
    audited.audit_finding,
    audited.cash_class,
    audited.cash_grade,
    audited.is_recurring,
    audited.valid_until,

    ---- provenance
    cost_items.source,
    cost_items.delivery_id,
    cost_items.position
from cost_items
left join audited
    on
        cost_items.delivery_id = audited.delivery_id
        and cost_items.position = audited.position
