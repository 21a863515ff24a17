with

source as (

    select * from {{ source('town', 'published_deliveries') }}

),

renamed as (

    select delivery_id from source

)

select * from renamed
