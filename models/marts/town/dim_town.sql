with

settings as (

    select * from {{ source('town', 'settings') }}

)

select
    key,
    value
from settings
