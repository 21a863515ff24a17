{{ config(materialized='table') }}

with

cases as (

    select * from {{ source('landing', 'cases') }}

),

deliveries as (

    select * from {{ ref('int_deliveries_ranked') }}

),

case_verdicts as (

    select *
    from {{ ref('int_rows_judged') }}
    where record_kind = 'cases'

),

cases_removed as (

    select distinct
        delivery_id,
        position
    from {{ ref('int_rows_removed') }}
    where record_kind = 'cases'

),

-- A case whose register reported a closing before and reports none now was opened again.
closed_before as (

    select distinct
        case_verdicts.standing_delivery_id as delivery_id,
        case_verdicts.standing_position as position
    from cases
    inner join case_verdicts
        on
            cases.delivery_id = case_verdicts.delivery_id
            and cases.position = case_verdicts.position
    where
        case_verdicts.verdict = 'superseded'
        and not case_verdicts.is_removed
        and cases.closed_at is not null

),

-- Case records stand when they were admitted; case attributes in event rows stand as long as their delivery does.
standing as (

    select
        cases.source,
        cases.delivery_id,
        cases.position,
        cases.case_id,
        cases.merged_into_id,
        cases.version,
        cases.changed_at,
        cases.service_code,
        cases.office_code,
        cases.case_type,
        cases.intake_channel,
        cases.outcome,
        cases.received_at,
        cases.closed_at,
        cases.due_at,
        deliveries.stand,
        case_verdicts.first_reported_at,
        deliveries.source_rank,
        deliveries.record_kind = 'cases' as is_case_record,
        cases.closed_at is null and closed_before.position is not null as is_reopened
    from cases
    inner join deliveries on cases.delivery_id = deliveries.delivery_id
    left join case_verdicts
        on
            cases.delivery_id = case_verdicts.delivery_id
            and cases.position = case_verdicts.position
    left join cases_removed
        on
            cases.delivery_id = cases_removed.delivery_id
            and cases.position = cases_removed.position
    left join closed_before
        on
            cases.delivery_id = closed_before.delivery_id
            and cases.position = closed_before.position
    where
        case_verdicts.verdict = 'admitted'
        or (deliveries.record_kind = 'events' and deliveries.is_current and cases_removed.position is null)

)

select * from standing
