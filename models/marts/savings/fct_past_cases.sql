with

past_cases as (

    select * from {{ ref('int_past_cases_judged') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

)

select
    past_cases.told_service_code,
    past_cases.service_code,
    past_cases.case_type,
    past_cases.intake_channel,
    past_cases.month,
    past_cases.cases,
    past_cases.source,
    past_cases.evidence_grade,
    past_cases.verdict,
    past_cases.cases > 0 and past_cases.cases < settings.min_cases as is_small_cell
from past_cases
cross join settings
