{{ config(materialized='table') }}

with

steps as (

    select * from {{ ref('int_case_steps_ordered') }}

),

summarized as (

    select
        case_id,

        ---- path
        count(*) as event_count,
        min(occurred_at) as first_event_at,
        max(occurred_at) as last_event_at,
        {{ ordered_list('activity', 'step_number') }} as activities,
        count(*) > count(distinct activity) as is_rework,
        {{ last_known('waits_for', 'step_number') }} as last_waits_for,
        min(case when activity_kind = 'intake' then occurred_at end) as intake_at,
        min(case when is_decision then occurred_at end) as decision_at,

        ---- units
        count(unit_code) as steps_with_unit,
        sum(case when unit_code <> next_unit_code then 1 else 0 end) as handovers,

        ---- media
        sum(case when medium = 'unknown' then 1 else 0 end) as unknown_steps,
        sum(case when medium = 'digital' then 1 else 0 end) as digital_steps,
        sum(case when medium in ('paper', 'scanned') then 1 else 0 end) as paper_or_scanned_steps,
        sum(case when media_break_kind is not null then 1 else 0 end) as media_breaks,
        sum(
            case when next_medium is not null and 'unknown' in (medium, next_medium) then 1 else 0 end
        ) as unknown_changes,
        sum(case when activity_kind = 'outbound' and medium <> 'unknown' then 1 else 0 end) as outbound_steps,
        sum(case when activity_kind = 'outbound' and medium = 'paper' then 1 else 0 end) as outbound_paper_steps,
        sum(case when activity_kind = 'internal' and medium <> 'unknown' then 1 else 0 end) as internal_steps,
        sum(case when activity_kind = 'internal' and medium = 'paper' then 1 else 0 end) as internal_paper_steps

    from steps
    group by case_id

)

select
    case_id,
    activities,
    md5({{ list_join('activities', 'chr(31)') }}) as variant_id,
    first_event_at,
    last_event_at,
    intake_at,
    decision_at,
    last_waits_for,
    is_rework,
    cast(event_count as bigint) as event_count,
    cast(case when steps_with_unit > 0 then handovers end as bigint) as handover_count,
    cast(unknown_steps as bigint) as unknown_steps,
    cast(digital_steps as bigint) as digital_steps,
    cast(paper_or_scanned_steps as bigint) as paper_or_scanned_steps,
    cast(case when unknown_steps = 0 then media_breaks end as bigint) as media_break_count,
    cast(media_breaks as bigint) as media_break_count_low,
    cast(media_breaks + unknown_changes as bigint) as media_break_count_high,
    cast(outbound_steps as bigint) as outbound_steps,
    cast(outbound_paper_steps as bigint) as outbound_paper_steps,
    cast(internal_steps as bigint) as internal_steps,
    cast(internal_paper_steps as bigint) as internal_paper_steps
from summarized
