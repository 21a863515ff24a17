with

assumptions as (

    select * from {{ source('town', 'assumptions') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

ranked as (

    select
        assumptions.*,
        row_number() over (
            partition by assumptions.assumption
            order by assumptions.valid_from desc, assumptions.assumption_id asc
        ) as age_rank
    from assumptions
    cross join settings
    where
        assumptions.valid_from <= settings.as_of
        and (assumptions.valid_to is null or assumptions.valid_to >= settings.as_of)

)

select
    assumption,
    cast(value as double) as value,
    cast(low as double) as low,
    cast(high as double) as high,
    evidence_grade
from ranked
where age_rank = 1
