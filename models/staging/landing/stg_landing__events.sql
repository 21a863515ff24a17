with

source as (

    select * from {{ source('landing', 'events') }}

),

renamed as (

    select

        ---- provenance
        source,
        delivery_id,
        position,

        ---- ids
        case_id,
        record_id,

        ---- version
        version,
        changed_at,

        ---- attributes
        activity,
        sequence,
        unit_code,
        medium,
        event_ref,

        ---- times
        occurred_at,
        started_at

    from source

)

select * from renamed
