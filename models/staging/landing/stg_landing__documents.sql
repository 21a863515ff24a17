with

source as (

    select * from {{ source('landing', 'documents') }}

),

renamed as (

    select

        ---- provenance
        source,
        delivery_id,
        position,

        ---- ids
        document_id,
        case_id,

        ---- version
        version,
        changed_at,

        ---- attributes
        direction,
        medium,
        document_type,
        reason,

        ---- times
        occurred_at,

        ---- measures
        pages

    from source

)

select * from renamed
