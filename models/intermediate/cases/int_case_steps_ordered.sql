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
        events.*,
        deliveries.stand,
        activities.kind as activity_kind,
        coalesce(activities.waits_for, 'unknown') as waits_for,
        coalesce(activities.is_decision, false) as is_decision,
        activities.activity is not null as is_listed_activity,
        coalesce(nullif(events.medium, 'unknown'), activities.medium, 'unknown') as step_medium
    from events
    inner join deliveries on events.delivery_id = deliveries.delivery_id
    left join activities on events.activity = activities.activity

),

ordered as (

    select
        case_id,
        source,
        delivery_id,
        activity,
        activity_kind,
        waits_for,
        is_decision,
        is_listed_activity,
        occurred_at,
        started_at,
        {{ local_day('occurred_at') }} as occurred_day,
        step_medium as medium,
        unit_code,
        row_number() over in_order as step_number,
        lead(activity) over in_order as next_activity,
        lead(occurred_at) over in_order as next_occurred_at,
        lead(step_medium) over in_order as next_medium,
        lead(unit_code) over in_order as next_unit_code
    from steps
    window in_order as (
        partition by case_id
        order by occurred_at, sequence nulls last, stand, delivery_id, position
    )

)

select
    *,
    case
        when medium in ('digital', 'scanned', 'mixed') and next_medium = 'paper' then 'print'
        when medium in ('paper', 'mixed') and next_medium = 'scanned' then 'scan'
        when medium in ('paper', 'counter', 'voice', 'mixed') and next_medium = 'digital' then 'retype'
    end as media_break_kind
from ordered
