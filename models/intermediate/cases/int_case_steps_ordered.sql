{{ config(materialized='table') }}

with

events as (

    select * from {{ ref('int_events_admitted') }}

),

deliveries as (

    select * from {{ ref('int_deliveries_ranked') }}

),

activities as (

    select * from {{ source('town', 'activities') }}

),

steps as (

    select
        events.case_id,
        events.activity,
        events.occurred_at,
        {{ local_day('events.occurred_at') }} as occurred_day,
        events.started_at,
        events.unit_code,
        events.sequence,
        events.position,
        deliveries.delivery_number,
        coalesce(nullif(events.medium, 'unknown'), activities.medium, 'unknown') as medium
    from events
    inner join deliveries on events.delivery_id = deliveries.delivery_id
    left join activities on events.activity = activities.activity

),

-- Narrow: what an activity or a delivery says of all its events need not be put in order with them.
ordered as (

    select
        *,
        row_number() over in_order as step_number,
        lead(activity) over in_order as next_activity,
        lead(occurred_at) over in_order as next_occurred_at,
        lead(occurred_day) over in_order as next_occurred_day,
        lead(medium) over in_order as next_medium,
        lead(unit_code) over in_order as next_unit_code
    from steps
    window in_order as (
        partition by case_id
        order by occurred_at, sequence nulls last, delivery_number, position
    )

)

select
    ordered.case_id,
    deliveries.source,
    deliveries.delivery_id,
    ordered.activity,
    activities.kind as activity_kind,
    coalesce(activities.waits_for, 'unknown') as waits_for,
    coalesce(activities.is_decision, false) as is_decision,
    activities.activity is not null as is_listed_activity,
    ordered.occurred_at,
    ordered.started_at,
    ordered.occurred_day,
    ordered.medium,
    ordered.unit_code,
    ordered.step_number,
    ordered.next_activity,
    ordered.next_occurred_at,
    ordered.next_occurred_day,
    ordered.next_medium,
    ordered.next_unit_code,
    case
        when ordered.medium in ('digital', 'scanned', 'mixed') and ordered.next_medium = 'paper' then 'print'
        when ordered.medium in ('paper', 'mixed') and ordered.next_medium = 'scanned' then 'scan'
        when
            ordered.medium in ('paper', 'counter', 'voice', 'mixed') and ordered.next_medium = 'digital'
            then 'retype'
    end as media_break_kind
from ordered
inner join deliveries on ordered.delivery_number = deliveries.delivery_number
left join activities on ordered.activity = activities.activity
