with

source as (

    select * from {{ source('town', 'holidays') }}

),

renamed as (

    select

        ---- as decided
        holiday_on,
        holiday_name

    from source

)

select * from renamed
