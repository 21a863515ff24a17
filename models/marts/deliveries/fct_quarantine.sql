with

quarantine as (

    select * from {{ source('landing', 'quarantine') }}

)

select
    delivery_id,
    source,
    position,
    reason_code,
    reason,
    column_name
from quarantine
