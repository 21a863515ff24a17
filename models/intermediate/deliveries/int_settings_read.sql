with

settings as (

    select * from {{ source('town', 'settings') }}

),

run as (

    select * from {{ source('town', 'run') }}

),

thresholds as (

    select
        max(case when key = 'min_cases' then cast(value as bigint) end) as min_cases,
        coalesce(max(case when key = 'thresholds_off' then value end) = 'true', false) as is_off
    from settings

),

settings_read as (

    select
        run.as_of,
        {{ month_of('run.as_of') }} as as_of_month,
        {{ utc_time(wall_time('run.as_of', 1440)) }} as as_of_end_at,
        case when thresholds.is_off then 0 else thresholds.min_cases end as min_cases
    from run
    cross join thresholds

)

select * from settings_read
