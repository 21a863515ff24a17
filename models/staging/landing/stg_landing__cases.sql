with

source as (

    select * from {{ source('landing', 'cases') }}

),

renamed as (

    select

        ---- provenance
        source,
        delivery_id,
        position,

        ---- ids
        case_id,
        merged_into_id,

        ---- version
        version,
        changed_at,

        ---- attributes
        service_code,
        office_code,
        case_type,
        intake_channel,
        outcome,

        ---- times
        received_at,
        closed_at,
        due_at

    from source

)

select * from renamed
