with

processing_minutes as (

    select * from {{ source('town', 'processing_minutes') }}

),

successors as (

    select * from {{ source('town', 'successors') }}

),

named as (

    select
        processing_minutes.*,
        coalesce(successors.current_service_code, processing_minutes.service_code) as current_service_code
    from processing_minutes
    left join successors on processing_minutes.service_code = successors.service_code

),

-- Of two values from the same day that of the service's own code goes first.
ranked as (

    select
        *,
        row_number() over (
            partition by current_service_code, case_type, intake_channel, valid_from
            order by case when service_code = current_service_code then 0 else 1 end, service_code
        ) as value_rank
    from named

)

select
    current_service_code as service_code,
    service_code as entered_service_code,
    case_type,
    intake_channel,
    minutes,
    low,
    high,
    standard_error,
    sampled,
    method,
    valid_from,
    evidence_grade
from ranked
where value_rank = 1
