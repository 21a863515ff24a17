{{ config(materialized='table') }}

with

cases as (

    select * from {{ ref('int_cases_dated') }}

),

steps as (

    select * from {{ ref('int_case_steps_ordered') }}

),

office_days as (

    select *
    from {{ ref('int_office_days_counted') }}
    where is_known

),

slots as (

    select * from {{ ref('int_opening_slots_cut') }}

),

instants as (

    select
        office_code,
        received_at as instant,
        received_day as day
    from cases
    where received_at is not null
    union distinct
    select
        office_code,
        closed_at as instant,
        closed_day as day
    from cases
    where closed_at is not null
    union distinct
    select
        cases.office_code,
        steps.occurred_at as instant,
        steps.occurred_day as day
    from steps
    inner join cases on steps.case_id = cases.case_id

),

-- The office's opening time from the start of the calendar to the instant: earlier days whole, this day in part.
worked as (

    select
        instants.office_code,
        instants.instant,
        max(office_days.open_us_before) as open_us_before,
        sum(
            case
                when slots.opens_at < instants.instant
                    then least({{ microseconds_between('slots.opens_at', 'instants.instant') }}, slots.open_us)
                else 0
            end
        ) as open_us_today
    from instants
    inner join office_days
        on instants.office_code = office_days.office_code and instants.day = office_days.day
    left join slots
        on instants.office_code = slots.office_code and instants.day = slots.day
    group by instants.office_code, instants.instant

)

select
    office_code,
    instant,
    cast(open_us_before + open_us_today as bigint) as worked_us
from worked
