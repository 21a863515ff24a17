with

cases as (

    select * from {{ ref('int_cases_dated') }}

),

steps as (

    select * from {{ ref('int_case_steps_ordered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

open_cases as (

    select
        cases.case_id,
        cases.service_code,
        cases.office_code,
        cases.received_day,
        cases.due_day,
        cases.received_day as open_from,
        least(coalesce({{ add_days('cases.closed_day', -1) }}, settings.as_of), settings.as_of) as open_to
    from cases
    cross join settings
    where cases.received_day is not null

),

-- What a case waits for changes with its last step of a day; before the first step nobody knows.
states as (

    select
        case_id,
        date '0001-01-01' as state_day,
        'unknown' as waits_for
    from open_cases

    union all

    select
        case_id,
        occurred_day as state_day,
        {{ last_known('waits_for', 'step_number') }} as waits_for
    from steps
    group by case_id, occurred_day

),

segments as (

    select
        case_id,
        waits_for,
        state_day,
        lead(state_day) over (partition by case_id order by state_day) as next_state_day
    from states

),

cut as (

    select
        open_cases.case_id,
        open_cases.service_code,
        open_cases.office_code,
        open_cases.received_day,
        open_cases.due_day,
        segments.waits_for,
        greatest(segments.state_day, open_cases.open_from) as from_day,
        least(coalesce({{ add_days('segments.next_state_day', -1) }}, open_cases.open_to), open_cases.open_to) as to_day
    from open_cases
    inner join segments on open_cases.case_id = segments.case_id

)

select * from cut
where from_day <= to_day
