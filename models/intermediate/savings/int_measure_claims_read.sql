with

measures as (

    select * from {{ source('town', 'measures') }}

),

measure_services as (

    select * from {{ source('town', 'measure_services') }}

),

successors as (

    select * from {{ source('town', 'successors') }}

),

-- A measure on a service and on the one that continues it is one claim.
claimed as (

    select
        measure_services.measure_id,
        coalesce(successors.current_service_code, measure_services.service_code) as service_code,
        max(cast(measure_services.share as double)) as share
    from measure_services
    left join successors on measure_services.service_code = successors.service_code
    group by measure_services.measure_id, coalesce(successors.current_service_code, measure_services.service_code)

)

select
    claimed.measure_id,
    claimed.service_code,
    claimed.share,
    measures.went_live_on,
    measures.ended_on,
    measures.status
from claimed
inner join measures on claimed.measure_id = measures.measure_id
where measures.went_live_on is not null
