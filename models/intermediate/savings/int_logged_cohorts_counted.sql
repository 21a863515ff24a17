{{ config(materialized='table') }}

with

cases as (

    select * from {{ ref('int_cases_dated') }}

),

successors as (

    select * from {{ source('town', 'successors') }}

),

submissions as (

    select * from {{ ref('int_submissions_admitted') }}

),

assisted as (

    select distinct case_id
    from submissions
    where is_assisted and case_id is not null

),

-- A service under a new name goes on. An online form that staff filled in with the applicant takes the work of a visit,
-- and is counted as what it is.
received as (

    select
        coalesce(successors.current_service_code, cases.service_code) as service_code,
        coalesce(cases.case_type, 'unknown') as case_type,
        case
            when cases.intake_channel = 'online' and assisted.case_id is not null then 'counter'
            else coalesce(cases.intake_channel, 'unknown')
        end as intake_channel,
        {{ month_of('cases.received_day') }} as month,
        cases.received_day,
        cases.closed_day
    from cases
    left join successors on cases.service_code = successors.service_code
    left join assisted on cases.case_id = assisted.case_id
    where cases.received_day is not null

)

select
    service_code,
    case_type,
    intake_channel,
    month,
    cast(count(*) as bigint) as received_cases,
    cast(count(closed_day) as bigint) as decided_cases,
    min(received_day) as first_received_on
from received
group by service_code, case_type, intake_channel, month
