with

source as (

    select * from {{ source('town', 'settings') }}

),

renamed as (

    select

        ---- as decided
        key,
        value

    from source

)

select * from renamed
