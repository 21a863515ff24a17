with

assumptions as (

    select * from {{ source('town', 'assumptions') }}

)

select
    assumption_id,
    assumption,
    cast(value as decimal(18, 6)) as value,
    cast(low as decimal(18, 6)) as low,
    cast(high as decimal(18, 6)) as high,
    unit,
    valid_from,
    valid_to,
    source,
    decided_by,
    evidence_grade
from assumptions
