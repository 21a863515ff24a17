with

source as (

    select * from {{ source('town', 'offices') }}

),

renamed as (

    select

        ---- as decided
        office_code,
        office_name,
        parent_office_code,
        directorate,
        staff_band

    from source

)

select * from renamed
