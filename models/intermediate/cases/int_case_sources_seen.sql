{{ config(materialized='table') }}

with

events as (

    select * from {{ ref('stg_landing__events') }}

),

cases as (

    select * from {{ ref('stg_landing__cases') }}

),

scans as (

    select * from {{ ref('stg_landing__scans') }}

),

deliveries as (

    select * from {{ ref('int_deliveries_ranked') }}

),

rows_admitted as (

    select *
    from {{ ref('int_rows_judged') }}
    where verdict = 'admitted'

),

mentions as (

    select
        'events' as record_kind,
        delivery_id,
        position,
        case_id
    from events
    union all
    select
        'cases' as record_kind,
        delivery_id,
        position,
        case_id
    from cases
    union all
    select
        'scans' as record_kind,
        delivery_id,
        position,
        case_id
    from scans
    where case_id is not null

),

seen as (

    select
        mentions.case_id,
        rows_admitted.source,
        min(deliveries.stand) as first_seen_at,
        -- A scan alone does not make a case.
        coalesce(bool_or(mentions.record_kind <> 'scans'), false) as makes_the_case
    from mentions
    inner join rows_admitted
        on
            mentions.record_kind = rows_admitted.record_kind
            and mentions.delivery_id = rows_admitted.delivery_id
            and mentions.position = rows_admitted.position
    inner join deliveries on rows_admitted.delivery_id = deliveries.delivery_id
    group by mentions.case_id, rows_admitted.source

)

select * from seen
