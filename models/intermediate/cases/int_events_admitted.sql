with

events as (

    {{ admitted('events', source('landing', 'events')) }}

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
left join survivors on events.case_id = survivors.case_id
