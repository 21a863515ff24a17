with

source as (

    select * from {{ source('town', 'assumptions') }}

),

renamed as (

    select

        ---- as decided
        assumption_id,
        assumption,
        value,
        low,
        high,
        unit,
        valid_from,
        valid_to,
        source,
        decided_by,
        evidence_grade

    from source

)

select * from renamed
