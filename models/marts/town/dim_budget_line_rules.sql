with

budget_line_rules as (

    select * from {{ source('town', 'budget_line_rules') }}

)

select
    budget_line_id,
    valid_from,
    cost_type,
    is_fee_funded,
    cast(price_index as decimal(12, 6)) as price_index,
    volume_driver,
    contract_ends_on
from budget_line_rules
