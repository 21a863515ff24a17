with

processing_minutes as (

    select * from {{ source('town', 'processing_minutes') }}

),

answers as (

    select distinct
        answered_service_code,
        intake_channel,
        answered_case_type,
        answered_valid_from
    from {{ ref('int_minutes_answered') }}

),

dated as (

    select
        *,
        lead(valid_from) over (
            partition by service_code, case_type, intake_channel
            order by valid_from
        ) as next_valid_from
    from processing_minutes

)

select
    {{ minutes_id('dated.service_code', 'dated.case_type', 'dated.intake_channel', 'dated.valid_from') }} as assumption_id,
    dated.service_code,
    dated.case_type,
    dated.intake_channel,
    cast(dated.minutes as decimal(18, 4)) as minutes,
    cast(dated.low as decimal(18, 4)) as low_minutes,
    cast(dated.high as decimal(18, 4)) as high_minutes,
    cast(dated.standard_error as decimal(18, 4)) as standard_error,
    dated.sampled,
    dated.method,
    dated.valid_from,
    {{ add_days('dated.next_valid_from', -1) }} as valid_to,
    dated.source,
    dated.evidence_grade,
    answers.answered_valid_from is not null as is_used
from dated
left join answers
    on
        dated.service_code = answers.answered_service_code
        and dated.intake_channel = answers.intake_channel
        and dated.case_type = answers.answered_case_type
        and dated.valid_from = answers.answered_valid_from
