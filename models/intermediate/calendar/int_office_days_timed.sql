{{ config(materialized='table') }}

with

office_days as (

    select *
    from {{ ref('int_office_days_counted') }}
    where is_known

),

slots as (

    select * from {{ ref('int_opening_slots_cut') }}

),

slots_of_a_day as (

    select
        office_code,
        day,
        {{ ordered_list('opens_at', 'opens_at') }} as slots_open_at,
        {{ ordered_list('open_us', 'opens_at') }} as slots_us
    from slots
    group by office_code, day

)

select
    office_days.office_code,
    office_days.day,
    office_days.open_us_before,
    office_days.working_day_number,
    slots_of_a_day.slots_open_at,
    slots_of_a_day.slots_us
from office_days
left join slots_of_a_day
    on
        office_days.office_code = slots_of_a_day.office_code
        and office_days.day = slots_of_a_day.day
