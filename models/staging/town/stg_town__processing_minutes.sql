with

source as (

    select * from {{ source('town', 'processing_minutes') }}

),

renamed as (

    select

        ---- as decided
        service_code,
        case_type,
        intake_channel,
        minutes,
        low,
        high,
        valid_from,
        source,
        evidence_grade

    from source

)

select * from renamed
