with

events as (

    select * from {{ ref('stg_landing__events') }}

),

events_admitted as (

    select *
    from {{ ref('int_rows_judged') }}
    where record_kind = 'events' and verdict = 'admitted'

),

survivors as (

    select * from {{ ref('int_cases_survived') }}

)

select
    events.source,
    events.delivery_id,
    events.position,
    events.activity,
    events.sequence,
    events.unit_code,
    events.medium,
    events.occurred_at,
    events.started_at,
    coalesce(survivors.surviving_case_id, events.case_id) as case_id
from events
inner join events_admitted
    on
        events.delivery_id = events_admitted.delivery_id
        and events.position = events_admitted.position
left join survivors on events.case_id = survivors.case_id
