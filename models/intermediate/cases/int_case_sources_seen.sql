{{ config(materialized='table') }}

with

steps as (

    select * from {{ ref('int_case_steps_ordered') }}

),

case_records as (

    select * from {{ ref('int_case_records_admitted') }}

),

survivors as (

    select * from {{ ref('int_cases_survived') }}

),

submissions as (

    select * from {{ ref('int_submissions_admitted') }}

),

documents as (

    select * from {{ ref('int_documents_admitted') }}

),

scans as (

    select * from {{ ref('int_scans_admitted') }}

),

deliveries as (

    select * from {{ ref('int_deliveries_ranked') }}

),

-- A form, a letter or a scan alone does not make a case.
mentions as (

    select
        steps.case_id,
        steps.source,
        deliveries.stand as reported_at,
        true as makes_the_case
    from steps
    inner join deliveries on steps.delivery_id = deliveries.delivery_id
    union all
    select
        coalesce(survivors.surviving_case_id, case_records.case_id) as case_id,
        case_records.source,
        case_records.first_reported_at as reported_at,
        true as makes_the_case
    from case_records
    left join survivors on case_records.case_id = survivors.case_id
    where case_records.is_case_record
    union all
    select
        case_id,
        source,
        first_reported_at as reported_at,
        false as makes_the_case
    from submissions
    where case_id is not null
    union all
    select
        case_id,
        source,
        first_reported_at as reported_at,
        false as makes_the_case
    from documents
    where case_id is not null
    union all
    select
        case_id,
        source,
        first_reported_at as reported_at,
        false as makes_the_case
    from scans
    where case_id is not null

),

seen as (

    select
        case_id,
        source,
        min(reported_at) as first_seen_at,
        coalesce(bool_or(makes_the_case), false) as makes_the_case
    from mentions
    group by case_id, source

)

select * from seen
