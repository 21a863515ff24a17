with

steps as (

    select * from {{ ref('int_case_steps_ordered') }}

),

cases as (

    select * from {{ ref('int_cases_dated') }}

),

office_days as (

    select * from {{ ref('int_office_days_timed') }}

),

timed as (

    select
        steps.*,
        {{ microseconds_between('steps.occurred_at', 'steps.next_occurred_at') }} as us_to_next,
        {{ worked_us('next_day', 'steps.next_occurred_at') }} - {{ worked_us('own_day', 'steps.occurred_at') }}
            as working_us_to_next
    from steps
    inner join cases on steps.case_id = cases.case_id
    left join office_days as own_day
        on cases.office_code = own_day.office_code and steps.occurred_day = own_day.day
    left join office_days as next_day
        on cases.office_code = next_day.office_code and steps.next_occurred_day = next_day.day

)

select

    ---- ids
    case_id,
    cast(step_number as bigint) as step_number,

    ---- what and when
    activity,
    activity_kind,
    occurred_at,
    started_at,
    medium,
    unit_code,
    waits_for,

    ---- what came next
    next_activity,
    cast(us_to_next as double) / 1000000 as seconds_to_next,
    cast(working_us_to_next as double) / 1000000 as working_seconds_to_next,
    media_break_kind,

    ---- provenance
    source,
    delivery_id

from timed
