with

steps as (

    select * from {{ ref('int_case_steps_ordered') }}

),

cases as (

    select * from {{ ref('int_cases_dated') }}

),

instants_worked as (

    select * from {{ ref('int_instants_worked') }}

),

timed as (

    select
        steps.*,
        {{ microseconds_between('steps.occurred_at', 'steps.next_occurred_at') }} as us_to_next,
        until.worked_us - since.worked_us as working_us_to_next
    from steps
    inner join cases on steps.case_id = cases.case_id
    left join instants_worked as since
        on cases.office_code = since.office_code and steps.occurred_at = since.instant
    left join instants_worked as until
        on cases.office_code = until.office_code and steps.next_occurred_at = until.instant

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
