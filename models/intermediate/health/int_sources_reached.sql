{{ config(materialized='table') }}

with

deliveries as (

    select * from {{ ref('int_deliveries_ranked') }}

),

steps as (

    select * from {{ ref('int_case_steps_ordered') }}

),

cases as (

    select * from {{ ref('stg_landing__cases') }}

),

scans as (

    select * from {{ ref('stg_landing__scans') }}

),

costs as (

    select * from {{ ref('stg_landing__costs') }}

),

sources as (

    select * from {{ ref('stg_town__sources') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

-- A booked cost item speaks of its whole month.
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
        scanned_at as instant
    from scans
    union all
    select
        source,
        {{ utc_time(wall_time(add_days(add_months('month', 1), -1), 0)) }} as instant
    from costs
    where actual_eur is not null

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

    select distinct source from deliveries

)

select
    delivering.source,
    newest.newest_at,
    {{ local_day('newest.newest_at') }} as newest_day,
    sources.expected_every_days,
    coalesce(sources.expected_every_days, 0) as patience_days
from delivering
left join newest on delivering.source = newest.source
left join sources on delivering.source = sources.source
