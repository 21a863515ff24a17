with

measures as (

    select * from {{ source('town', 'measures') }}

)

select
    measure_id,
    measure_name,
    went_live_on,
    ended_on,
    paper_route_closed_on,
    status
from measures
