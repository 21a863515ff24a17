with

source as (

    select * from {{ source('town', 'closing_days') }}

),

renamed as (

    select

        ---- as decided
        closed_on,
        office_code,
        reason

    from source

)

select * from renamed
