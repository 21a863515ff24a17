with

settings as (

    select * from {{ ref('stg_town__settings') }}

)

select
    key,
    value
from settings
