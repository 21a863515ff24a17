with

source as (

    select * from {{ source('landing', 'posts') }}

),

renamed as (

    select

        ---- provenance
        source,
        delivery_id,
        position,

        ---- ids
        post_id,

        ---- version
        version,
        changed_at,

        ---- attributes
        office_code,
        grade,

        ---- times
        lapses_on,

        ---- measures
        fte

    from source

)

select * from renamed
