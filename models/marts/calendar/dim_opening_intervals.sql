with

slots as (

    select * from {{ ref('int_opening_slots_cut') }}

)

select
    office_code,
    opens_at,
    closes_at
from slots
