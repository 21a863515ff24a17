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

settings as (

    select * from {{ ref('int_settings_read') }}

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
        settings.as_of_end_at,
        summaries.first_event_at,
        summaries.last_event_at
    from known_cases
    cross join settings
    left join attributes on known_cases.case_id = attributes.case_id
    left join summaries on known_cases.case_id = summaries.case_id
    left join services on attributes.service_code = services.service_code

),

-- On the as-of day nobody knows of a later closing: such a case is open in every table.
with_days as (

    select
        case_id,
        source_count,
        service_code,
        office_code,
        case_type,
        intake_channel,
        outcome,
        received_at,
        case when closed_at < as_of_end_at then closed_at end as closed_at,
        coalesce(closed_at >= as_of_end_at, false) as is_closed_later,
        case when {{ is_whole_day('due_at') }} then {{ end_of_day(local_day('due_at')) }} else due_at end as due_at,
        first_event_at,
        last_event_at,
        {{ local_day('received_at') }} as received_day,
        case when closed_at < as_of_end_at then {{ local_day('closed_at') }} end as closed_day,
        {{ local_day('due_at') }} as due_day,
        {{ local_day('first_event_at') }} as first_event_day,
        {{ local_day('last_event_at') }} as last_event_day,
        case
            when received_at is not null and closed_at < as_of_end_at
                then {{ is_whole_day('received_at') }} or {{ is_whole_day('closed_at') }}
        end as is_lead_by_day
    from dated

)

select
    *,
    case
        when is_lead_by_day and closed_day >= received_day
            then {{ days_between('received_day', 'closed_day') }} * 86400000000
        when not is_lead_by_day and closed_at >= received_at
            then {{ microseconds_between('received_at', 'closed_at') }}
    end as lead_us
from with_days
