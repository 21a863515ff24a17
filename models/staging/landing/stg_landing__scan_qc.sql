with

source as (

    select * from {{ source('landing', 'scan_qc') }}

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

        ---- measures
        sampled,
        defects

    from source

)

select * from renamed
