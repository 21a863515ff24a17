{{ config(materialized='table') }}

with

cases as (

    select * from {{ ref('int_cases_timed') }}

),

summaries as (

    select * from {{ ref('int_cases_summarized') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

joined as (

    select
        cases.*,
        settings.as_of,
        summaries.activities,
        summaries.variant_id,
        summaries.last_waits_for,
        summaries.is_rework,
        summaries.handover_count,
        summaries.unknown_steps,
        summaries.digital_steps,
        summaries.paper_or_scanned_steps,
        summaries.media_break_count,
        summaries.media_break_count_low,
        summaries.media_break_count_high,
        summaries.outbound_steps,
        summaries.outbound_paper_steps,
        summaries.internal_steps,
        summaries.internal_paper_steps,
        coalesce(summaries.event_count, 0) as event_count,
        coalesce(cases.is_online_intake, nullif(cases.intake_channel, 'unknown') = 'online') as came_online,
        case when cases.closed_at is null then 'open' else 'closed' end as status
    from cases
    cross join settings
    left join summaries on cases.case_id = summaries.case_id

),

judged as (

    select
        *,
        {{ microseconds_between('first_event_at', 'last_event_at') }} as event_span_us,
        case when status = 'closed' then 'nobody' else coalesce(last_waits_for, 'unknown') end as waiting_for,
        case
            when status = 'open' then null
            when event_count > digital_steps + unknown_steps then false
            when not came_online then false
            when event_count = digital_steps and came_online then true
        end as is_end_to_end_digital,
        case when received_day <= as_of then {{ month_of('received_day') }} end as received_month,
        {{ month_of('closed_day') }} as closed_month,
        case when first_event_day <= as_of then {{ month_of('first_event_day') }} end as first_event_month,
        case when last_event_day <= as_of then {{ month_of('last_event_day') }} end as last_event_month
    from joined

)

select * from judged
