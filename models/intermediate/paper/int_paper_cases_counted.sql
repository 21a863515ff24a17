{{ config(materialized='table') }}

with

cases as (

    select * from {{ ref('int_cases_judged') }}

),

based as (

    select
        'received' as month_basis,
        received_month as month,
        *
    from cases
    where received_month is not null
    union all
    select
        'first_event' as month_basis,
        first_event_month as month,
        *
    from cases
    where first_event_month is not null

),

counted as (

    select
        month,
        month_basis,
        coalesce(service_code, 'all') as service_code,
        coalesce(office_code, 'all') as office_code,
        cast(count(*) as bigint) as cases,
        cast(count(closed_at) as bigint) as decided_cases,
        cast(count(is_paper_intake) as bigint) as known_channel_cases,
        cast(count(*) filter (where is_paper_intake) as bigint) as paper_in_cases,
        cast(count(*) filter (where is_paper_intake and intake_channel = 'counter') as bigint) as counter_paper_cases,
        cast(count(*) filter (where is_online_intake) as bigint) as online_cases,
        cast(coalesce(sum(outbound_steps), 0) as bigint) as outbound_letters,
        cast(coalesce(sum(outbound_paper_steps), 0) as bigint) as paper_out_letters,
        cast(count(*) filter (where unknown_steps = 0) as bigint) as known_file_cases,
        cast(count(*) filter (where unknown_steps = 0 and paper_or_scanned_steps > 0) as bigint) as paper_file_cases,
        cast(coalesce(sum(internal_steps), 0) as bigint) as internal_steps,
        cast(coalesce(sum(internal_paper_steps), 0) as bigint) as paper_internal_steps,
        cast(count(*) filter (where is_end_to_end_digital) as bigint) as end_to_end_cases,
        cast(count(is_end_to_end_digital) as bigint) as end_to_end_known_cases,
        cast(coalesce(sum(media_break_count), 0) as bigint) as media_breaks,
        cast(count(media_break_count) as bigint) as media_break_known_cases,
        cast(count(*) filter (where event_count > 0) as bigint) as event_cases,
        cast(sum(media_break_count_low) as bigint) as media_breaks_low,
        cast(sum(media_break_count_high) as bigint) as media_breaks_high
    from based
    group by month, month_basis, cube (service_code, office_code)

)

select * from counted
