with

submissions as (

    select * from {{ ref('stg_landing__submissions') }}

),

submissions_admitted as (

    select *
    from {{ ref('int_rows_judged') }}
    where record_kind = 'submissions' and verdict = 'admitted'

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
    submissions_admitted.first_told_at,
    coalesce(survivors.surviving_case_id, submissions.case_id) as case_id
from submissions
inner join submissions_admitted
    on
        submissions.delivery_id = submissions_admitted.delivery_id
        and submissions.position = submissions_admitted.position
left join survivors on submissions.case_id = survivors.case_id
