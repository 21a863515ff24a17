{{ config(materialized='table') }}

with

case_sources as (

    select * from {{ ref('int_case_sources_seen') }}

),

attributes as (

    select * from {{ ref('int_case_attributes_merged') }}

),

summaries as (

    select * from {{ ref('int_cases_summarized') }}

),

services as (

    select * from {{ source('town', 'services') }}

),

known_cases as (

    select
        case_id,
        cast(count(*) as bigint) as source_count
    from case_sources
    group by case_id
    having bool_or(makes_the_case)

),

dated as (

    select
        known_cases.case_id,
        known_cases.source_count,
        coalesce(attributes.service_code, 'unknown') as service_code,
        coalesce(attributes.office_code, services.office_code, 'unknown') as office_code,
        attributes.case_type,
        attributes.intake_channel,
        attributes.outcome,
        coalesce(attributes.received_at, summaries.intake_at) as received_at,
        coalesce(
            attributes.closed_at, case when not coalesce(attributes.is_reopened, false) then summaries.decision_at end
        ) as closed_at,
        attributes.due_at,
        summaries.first_event_at,
        summaries.last_event_at
    from known_cases
    left join attributes on known_cases.case_id = attributes.case_id
    left join summaries on known_cases.case_id = summaries.case_id
    left join services on attributes.service_code = services.service_code

),

with_days as (

    select
        *,
        {{ local_day('received_at') }} as received_day,
        {{ local_day('closed_at') }} as closed_day,
        {{ local_day('due_at') }} as due_day,
        {{ local_day('first_event_at') }} as first_event_day,
        {{ local_day('last_event_at') }} as last_event_day,
        case
            when closed_at >= received_at then {{ microseconds_between('received_at', 'closed_at') }}
        end as lead_us
    from dated

)

select * from with_days
