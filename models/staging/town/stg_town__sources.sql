with

source as (

    select * from {{ source('town', 'sources') }}

),

renamed as (

    select

        ---- as decided
        source,
        source_rank,
        system,
        mode,
        expected_every_days,
        ended_on

    from source

)

select * from renamed
