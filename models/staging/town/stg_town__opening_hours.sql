with

source as (

    select * from {{ source('town', 'opening_hours') }}

),

renamed as (

    select

        ---- ids
        office_code,
        cast(
            case weekday
                when 'mon' then 1
                when 'tue' then 2
                when 'wed' then 3
                when 'thu' then 4
                when 'fri' then 5
                when 'sat' then 6
                when 'sun' then 7
            end as bigint
        ) as weekday_number,

        ---- times
        cast(substring(opens_at, 1, 2) as bigint) * 60 + cast(substring(opens_at, 4, 2) as bigint) as opens_minute,
        cast(substring(closes_at, 1, 2) as bigint) * 60 + cast(substring(closes_at, 4, 2) as bigint) as closes_minute,
        valid_from,
        valid_to

    from source

)

select * from renamed
