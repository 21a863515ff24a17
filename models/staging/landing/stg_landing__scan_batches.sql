with

source as (

    select * from {{ source('landing', 'scan_batches') }}

),

renamed as (

    select

        ---- provenance
        source,
        delivery_id,
        position,

        ---- ids
        batch_id,

        ---- version
        version,
        changed_at,

        ---- attributes
        unit_code,

        ---- times
        started_at,
        finished_at,

        ---- measures
        pages

    from source

)

select * from renamed
