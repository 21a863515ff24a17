with

opened as (

    select * from {{ ref('int_paper_routes_opened') }}

)

select
    measure_id,
    month
from opened
where not is_parallel_told
