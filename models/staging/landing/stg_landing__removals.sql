with

source as (

    select * from {{ source('landing', 'removals') }}

),

renamed as (

    select

        ---- provenance
        source,
        delivery_id,
        position,

        ---- ids
        case_id,
        document_id,
        submission_id,
        record_id,

        ---- attributes
        of_source,

        ---- times
        removed_at

    from source

)

select * from renamed
