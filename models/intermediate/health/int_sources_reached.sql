{{ config(materialized='table') }}

with

deliveries as (

    select * from {{ ref('int_deliveries_ranked') }}

),

steps as (

    select * from {{ ref('int_case_steps_ordered') }}

),

cases as (

    select * from {{ source('landing', 'cases') }}

),

submissions as (

    select * from {{ source('landing', 'submissions') }}

),

documents as (

    select * from {{ source('landing', 'documents') }}

),

scans as (

    select * from {{ source('landing', 'scans') }}

),

scan_batches as (

    select * from {{ source('landing', 'scan_batches') }}

),

counts as (

    select * from {{ source('landing', 'counts') }}

),

costs as (

    select * from {{ ref('stg_landing__costs') }}

),

sources as (

    select * from {{ source('town', 'sources') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

-- A booked cost item reaches to the end of its month; a record without a day of its own to its delivery's stand.
instants as (

    select
        source,
        occurred_at as instant
    from steps
    union all
    select
        source,
        received_at as instant
    from cases
    union all
    select
        source,
        closed_at as instant
    from cases
    union all
    select
        source,
        started_at as instant
    from submissions
    union all
    select
        source,
        submitted_at as instant
    from submissions
    union all
    select
        source,
        occurred_at as instant
    from documents
    union all
    select
        source,
        scanned_at as instant
    from scans
    union all
    select
        source,
        finished_at as instant
    from scan_batches
    union all
    select
        source,
        {{ utc_time(wall_time('counted_on', 0)) }} as instant
    from counts
    union all
    select
        source,
        {{ utc_time(wall_time(add_days(add_months('month', 1), -1), 0)) }} as instant
    from costs
    where actual_eur is not null
    union all
    select
        source,
        stand as instant
    from deliveries
    where record_kind in ('scan_qc', 'budget_lines', 'posts', 'removals')

),

-- A clock that runs ahead must not make a source look complete.
newest as (

    select
        instants.source,
        max(instants.instant) as newest_at
    from instants
    cross join settings
    where instants.instant < settings.as_of_end_at
    group by instants.source

),

delivering as (

    select
        source,
        bool_or(record_kind not in ('scan_qc', 'budget_lines', 'posts', 'removals')) as is_dated
    from deliveries
    group by source

)

select
    delivering.source,
    delivering.is_dated,
    newest.newest_at,
    {{ local_day('newest.newest_at') }} as newest_day,
    case when sources.ended_on is null then sources.expected_every_days end as expected_every_days,
    sources.ended_on,
    coalesce(sources.expected_every_days, 0) as patience_days
from delivering
left join newest on delivering.source = newest.source
left join sources on delivering.source = sources.source
