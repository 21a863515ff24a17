with

offices as (

    select * from {{ ref('int_offices_listed') }}

)

select
    office_code,
    office_name,
    parent_office_code,
    directorate,
    staff_band,
    is_listed
from offices
