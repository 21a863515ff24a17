with

source as (

    select * from {{ source('town', 'published_figures') }}

),

renamed as (

    select

        ---- as published
        generation_id,
        as_of,
        program_version,
        parameters_hash,
        metric,
        scope,
        month,
        value

    from source

)

select * from renamed
