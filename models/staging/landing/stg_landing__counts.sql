with

source as (

    select * from {{ source('landing', 'counts') }}

),

renamed as (

    select

        ---- provenance
        source,
        delivery_id,
        position,

        ---- version
        version,
        changed_at,

        ---- attributes
        unit_code,
        count_ref,
        kind,
        product,

        ---- times
        counted_on,

        ---- measures
        value

    from source

)

select * from renamed
