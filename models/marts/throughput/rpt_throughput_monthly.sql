with

months_filled as (

    select * from {{ ref('int_throughput_months_filled') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

)

select
    months_filled.month,
    months_filled.service_code,
    months_filled.office_code,
    months_filled.intake_channel,
    months_filled.received_cases,
    months_filled.closed_cases,
    months_filled.open_cases_at_end,
    months_filled.first_event_cases,
    months_filled.last_event_cases,
    months_filled.active_cases_at_end,
    months_filled.lead_cases,
    months_filled.median_lead_seconds,
    months_filled.p90_lead_seconds,
    months_filled.working_cases,
    months_filled.median_working_seconds,
    months_filled.on_time_cases,
    months_filled.deadline_cases,
    months_filled.on_time_share,
    months_filled.coverage_share,
    months_filled.is_provisional,
    coalesce(
        least(months_filled.received_cases, months_filled.closed_cases) < settings.min_cases, true
    ) as is_small_cell
from months_filled
cross join settings
