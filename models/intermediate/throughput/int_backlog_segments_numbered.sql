{{ config(materialized='table') }}

with

segments as (

    select * from {{ ref('int_backlog_segments_cut') }}

),

office_days as (

    select * from {{ ref('int_office_days_counted') }}

),

known_spans as (

    select
        office_code,
        min(day) as first_known_day,
        max(day) as last_known_day,
        min(working_day_number) as first_known_number
    from office_days
    where is_known
    group by office_code

)

select
    segments.service_code,
    segments.office_code,
    received.calendar_code,
    segments.waits_for,
    segments.due_day,
    segments.from_day,
    segments.to_day,
    received.working_day_number as received_number,
    due.working_day_number as due_number,
    known_spans.first_known_day,
    known_spans.last_known_day,
    known_spans.first_known_number
from segments
left join known_spans on segments.office_code = known_spans.office_code
left join office_days as received
    on
        segments.office_code = received.office_code
        and segments.received_day = received.day
        and received.is_known
left join office_days as due
    on
        segments.office_code = due.office_code
        and segments.due_day = due.day
        and due.is_known
