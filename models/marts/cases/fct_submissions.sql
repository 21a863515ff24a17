with

submissions as (

    select * from {{ ref('int_submissions_admitted') }}

)

select
    submission_id,
    case_id,
    service_code,
    started_at,
    submitted_at,
    aborted_step,
    is_assisted,
    source,
    delivery_id
from submissions
