with

targets as (

    select * from {{ source('town', 'targets') }}

)

select
    metric,
    scope,
    target_on,
    cast(target_value as decimal(18, 6)) as target_value,
    set_by
from targets
