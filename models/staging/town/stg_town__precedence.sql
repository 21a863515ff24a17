with

source as (

    select * from {{ source('town', 'precedence') }}

),

renamed as (

    select

        ---- as decided
        column_name,
        source,
        rank

    from source

)

select * from renamed
