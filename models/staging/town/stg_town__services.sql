with

source as (

    select * from {{ source('town', 'services') }}

),

renamed as (

    select

        ---- as decided
        service_code,
        service_name,
        leika_key,
        office_code,
        target_working_days,
        maturity_level,
        online_since

    from source

)

select * from renamed
