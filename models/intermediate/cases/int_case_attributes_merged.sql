{{ config(materialized='table') }}

with

cases as (

    select * from {{ ref('stg_landing__cases') }}

),

deliveries as (

    select * from {{ ref('int_deliveries_ranked') }}

),

case_verdicts as (

    select *
    from {{ ref('int_rows_judged') }}
    where record_kind = 'cases'

),

-- Case records stand when they were admitted; what event rows say of their case stands while the delivery does.
standing as (

    select
        cases.*,
        row_number() over (
            partition by cases.case_id
            order by
                deliveries.source_rank asc, cases.source asc, deliveries.stand desc,
                cases.delivery_id desc, cases.position desc
        ) as precedence
    from cases
    inner join deliveries on cases.delivery_id = deliveries.delivery_id
    left join case_verdicts
        on
            cases.delivery_id = case_verdicts.delivery_id
            and cases.position = case_verdicts.position
    where
        case_verdicts.verdict = 'admitted'
        or (deliveries.record_kind = 'events' and deliveries.is_current)

),

known as (

    select
        *,
        nullif(intake_channel, 'unknown') as known_channel,
        nullif(outcome, 'unknown') as known_outcome
    from standing

),

merged as (

    select
        case_id,
        {{ first_known('service_code', 'precedence') }} as service_code,
        {{ first_known('office_code', 'precedence') }} as office_code,
        {{ first_known('case_type', 'precedence') }} as case_type,
        coalesce({{ first_known('known_channel', 'precedence') }}, max(intake_channel)) as intake_channel,
        {{ first_known('received_at', 'precedence') }} as received_at,
        {{ first_known('closed_at', 'precedence') }} as closed_at,
        {{ first_known('due_at', 'precedence') }} as due_at,
        coalesce({{ first_known('known_outcome', 'precedence') }}, max(outcome)) as outcome
    from known
    group by case_id

)

select * from merged
