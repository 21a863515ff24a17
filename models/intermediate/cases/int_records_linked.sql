{{ config(materialized='table') }}

with

case_sources as (

    select *
    from {{ ref('int_case_sources_seen') }}
    where makes_the_case

),

-- A form that was given up has no case to find.
submissions as (

    select *
    from {{ ref('int_submissions_admitted') }}
    where submitted_at is not null

),

documents as (

    select * from {{ ref('int_documents_admitted') }}

),

scans as (

    select * from {{ ref('int_scans_admitted') }}

),

records as (

    select
        'submissions' as record_kind,
        source,
        submission_id as record_key,
        case_id
    from submissions
    union all
    select
        'documents' as record_kind,
        source,
        document_id as record_key,
        case_id
    from documents
    union all
    select
        'scans' as record_kind,
        source,
        document_id as record_key,
        case_id
    from scans

),

-- A case is found when a system other than the record's own tells of it.
known_cases as (

    select
        case_id,
        min(source) as first_source,
        max(source) as last_source
    from case_sources
    group by case_id

),

linked as (

    select
        records.*,
        coalesce(
            known_cases.first_source <> records.source or known_cases.last_source <> records.source, false
        ) as has_found_case
    from records
    left join known_cases on records.case_id = known_cases.case_id

)

select * from linked
