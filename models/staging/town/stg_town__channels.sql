with

source as (

    select * from {{ source('town', 'channels') }}

),

renamed as (

    select

        ---- as decided
        channel,
        counts_as_paper,
        counts_as_online,
        valid_from,
        valid_to

    from source

)

select * from renamed
