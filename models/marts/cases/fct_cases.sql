with

cases as (

    select * from {{ ref('int_cases_judged') }}

)

select

    ---- ids
    case_id,
    service_code,
    office_code,
    case_type,
    intake_channel,

    ---- times
    received_at,
    first_event_at,
    last_event_at,
    closed_at,
    due_at,

    ---- state
    status,
    outcome,
    waiting_for,
    is_on_time,
    is_overdue,
    is_at_risk,
    age_working_days,

    ---- path
    event_count,
    variant_id,
    is_rework,
    handover_count,
    source_count,

    ---- durations
    cast(lead_us as double) / 1000000 as lead_seconds,
    is_lead_by_day,
    cast(event_span_us as double) / 1000000 as event_span_seconds,
    cast(working_us as double) / 1000000 as working_seconds,

    ---- media
    is_paper_intake,
    is_online_intake,
    media_break_count,
    media_break_count_low,
    media_break_count_high,
    is_end_to_end_digital

from cases
