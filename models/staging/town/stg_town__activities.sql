with

source as (

    select * from {{ source('town', 'activities') }}

),

renamed as (

    select

        ---- as decided
        activity,
        medium,
        kind,
        waits_for,
        is_decision

    from source

)

select * from renamed
