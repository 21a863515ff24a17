with

counts as (

    select * from {{ ref('int_paper_cases_counted') }}

),

months as (

    select * from {{ ref('int_months_covered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

)

select
    counts.month,
    counts.month_basis,
    counts.service_code,
    counts.office_code,
    counts.cases,

    ---- in: applications
    cast(counts.paper_in_cases as double) / nullif(counts.known_channel_cases, 0) as paper_share_in,
    counts.paper_in_cases,
    counts.known_channel_cases,
    cast(counts.online_cases as double) / nullif(counts.known_channel_cases, 0) as online_share,
    counts.online_cases,

    ---- out: letters and messages to the applicant
    cast(counts.paper_out_letters as double) / nullif(counts.outbound_letters, 0) as paper_share_out,
    counts.paper_out_letters,
    counts.outbound_letters,

    ---- file: cases with a sheet of paper in them
    cast(counts.paper_file_cases as double) / nullif(counts.known_file_cases, 0) as paper_share_file,
    counts.paper_file_cases,
    counts.known_file_cases,

    ---- internal: work inside the house
    cast(counts.paper_internal_steps as double) / nullif(counts.internal_steps, 0) as paper_share_internal,
    counts.paper_internal_steps,
    counts.internal_steps,

    ---- end to end
    cast(counts.end_to_end_cases as double) / nullif(counts.end_to_end_known_cases, 0) as end_to_end_share,
    counts.end_to_end_cases,
    counts.end_to_end_known_cases,

    ---- media breaks
    cast(counts.media_breaks as double) / nullif(counts.media_break_known_cases, 0) as media_breaks_per_case,
    counts.media_breaks,
    counts.media_break_known_cases,
    cast(counts.media_breaks_low as double) / nullif(counts.event_cases, 0) as media_breaks_per_case_low,
    cast(counts.media_breaks_high as double) / nullif(counts.event_cases, 0) as media_breaks_per_case_high,

    ---- how settled the row is
    cast(counts.decided_cases as double) / nullif(counts.cases, 0) as decided_share,
    counts.decided_cases,

    ---- trust
    months.coverage_share,
    months.is_provisional,
    coalesce(counts.cases < settings.min_cases, true) as is_small_cell

from counts
inner join months on counts.month = months.month
cross join settings
