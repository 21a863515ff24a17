with

source as (

    select * from {{ source('town', 'measures') }}

),

renamed as (

    select

        ---- as decided
        measure_id,
        measure_name,
        went_live_on,
        status

    from source

)

select * from renamed
