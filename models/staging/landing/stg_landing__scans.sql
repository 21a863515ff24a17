with

source as (

    select * from {{ source('landing', 'scans') }}

),

renamed as (

    select

        ---- provenance
        source,
        delivery_id,
        position,

        ---- ids
        document_id,
        batch_id,
        case_id,

        ---- version
        version,
        changed_at,

        ---- attributes
        document_type,
        origin,
        qr_status,
        qa_result,

        ---- times
        scanned_at,
        received_on,

        ---- measures
        pages,
        sheets

    from source

)

select * from renamed
