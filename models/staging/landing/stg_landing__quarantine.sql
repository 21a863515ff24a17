with

source as (

    select * from {{ source('landing', 'quarantine') }}

),

renamed as (

    select

        ---- provenance
        source,
        delivery_id,
        position,

        ---- attributes
        reason_code,
        reason,
        column_name

    from source

)

select * from renamed
