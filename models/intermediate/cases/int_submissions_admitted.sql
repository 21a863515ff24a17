with

submissions as (

    {{ admitted('submissions', source('landing', 'submissions')) }}

),

survivors as (

    select * from {{ ref('int_cases_survived') }}

)

select
    submissions.source,
    submissions.delivery_id,
    submissions.submission_id,
    submissions.service_code,
    submissions.started_at,
    submissions.submitted_at,
    submissions.aborted_step,
    submissions.is_assisted,
    submissions.first_reported_at,
    coalesce(survivors.surviving_case_id, submissions.case_id) as case_id
from submissions
left join survivors on submissions.case_id = survivors.case_id
