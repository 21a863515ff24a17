{{ config(materialized='table') }}

with

logged as (

    select * from {{ ref('int_logged_cohorts_counted') }}

),

past_cases as (

    select * from {{ ref('int_past_cases_judged') }}
    where verdict = 'counted'

),

told_months as (

    select distinct
        service_code,
        month
    from past_cases

),

partial_months as (

    select * from {{ ref('int_partial_months_found') }}

)

select
    logged.service_code,
    logged.case_type,
    logged.intake_channel,
    logged.month,
    logged.received_cases,
    logged.decided_cases,
    cast(null as string) as evidence_grade
from logged
left join told_months on logged.service_code = told_months.service_code and logged.month = told_months.month
left join partial_months
    on logged.service_code = partial_months.service_code and logged.month = partial_months.month
where told_months.month is null and partial_months.month is null
union all
-- What a statistic tells of years ago is decided; of two names of a service the grade is that of the worse.
select
    service_code,
    case_type,
    intake_channel,
    month,
    cast(sum(cases) as bigint) as received_cases,
    cast(sum(cases) as bigint) as decided_cases,
    max(evidence_grade) as evidence_grade
from past_cases
where cases > 0
group by service_code, case_type, intake_channel, month
