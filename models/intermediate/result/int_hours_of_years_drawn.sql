with

estimated as (

    select * from {{ ref('int_savings_estimated') }}

)

select
    subject,
    code,
    year,
    months_after,
    evidence_grade,
    unknown_reason,
    minutes,
    p10,
    p50,
    p90,
    beneath_minutes,
    first_minutes,
    cases,
    first_cases,
    months,
    services,
    measured_services,
    draws_seed
from estimated
where span = 'year'
