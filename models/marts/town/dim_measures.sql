with

measures as (

    select * from {{ ref('stg_town__measures') }}

)

select
    measure_id,
    measure_name,
    went_live_on,
    status
from measures
