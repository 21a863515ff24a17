with

source as (

    select * from {{ source('town', 'measure_services') }}

),

renamed as (

    select

        ---- as decided
        measure_id,
        service_code,
        share

    from source

)

select * from renamed
