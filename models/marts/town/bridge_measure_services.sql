with

measure_services as (

    select * from {{ source('town', 'measure_services') }}

)

select
    measure_id,
    service_code,
    cast(share as decimal(18, 4)) as share
from measure_services
