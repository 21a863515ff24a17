with

source as (

    select * from {{ source('town', 'revisions_so_far') }}

),

renamed as (

    select

        ---- as published
        metric,
        scope,
        month,
        old_value,
        new_value,
        cause,
        from_generation_id,
        to_generation_id,
        revised_on

    from source

)

select * from renamed
