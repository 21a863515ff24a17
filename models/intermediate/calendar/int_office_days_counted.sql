{{ config(materialized='table') }}

with

office_days as (

    select * from {{ ref('int_office_days_spanned') }}

),

slots as (

    select * from {{ ref('int_opening_slots_cut') }}

),

open_time as (

    select
        office_code,
        day,
        cast(sum(open_us) as bigint) as open_us
    from slots
    group by office_code, day

),

opened as (

    select
        office_days.office_code,
        office_days.calendar_code,
        office_days.day,
        office_days.is_known,
        coalesce(open_time.open_us, 0) as open_us,
        case when open_time.open_us > 0 then 1 else 0 end as open_days
    from office_days
    left join open_time
        on
            office_days.office_code = open_time.office_code
            and office_days.day = open_time.day

),

counted as (

    select
        office_code,
        calendar_code,
        day,
        is_known,
        open_us,
        open_days > 0 as is_open,
        cast(sum(open_us) over up_to_the_day as bigint) - open_us as open_us_before,
        cast(sum(open_days) over up_to_the_day as bigint) as working_day_number
    from opened
    window up_to_the_day as (
        partition by office_code
        order by day
        rows between unbounded preceding and current row
    )

)

select * from counted
