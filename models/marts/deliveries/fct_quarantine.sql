with

quarantine as (

    select * from {{ ref('stg_landing__quarantine') }}

)

select
    delivery_id,
    source,
    position,
    reason_code,
    reason,
    column_name
from quarantine
