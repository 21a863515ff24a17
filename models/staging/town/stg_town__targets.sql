with

source as (

    select * from {{ source('town', 'targets') }}

),

renamed as (

    select

        ---- as decided
        metric,
        scope,
        target_on,
        target_value,
        set_by

    from source

)

select * from renamed
