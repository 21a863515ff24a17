with

codes as (

    select * from {{ source('town', 'codes') }}

)

select
    field,
    code
from codes
