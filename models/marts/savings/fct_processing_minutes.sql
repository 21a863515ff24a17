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

cells as (

    select * from {{ ref('fct_savings_cells') }}

),

-- A channel nobody used in the baseline is priced, too.
cited as (

    select assumption_id_without as assumption_id
    from cells
    where assumption_id_without is not null
    union distinct
    select assumption_id_after as assumption_id
    from cells
    where assumption_id_after is not null

),

dated as (

    select
        *,
        lead(valid_from) over (
            partition by service_code, case_type, intake_channel
            order by valid_from
        ) as next_valid_from
    from processing_minutes

),

named as (

    select
        *,
        {{ minutes_id('service_code', 'case_type', 'intake_channel', 'valid_from') }} as assumption_id
    from dated

)

select
    named.assumption_id,
    named.service_code,
    named.case_type,
    named.intake_channel,
    cast(named.minutes as decimal(18, 4)) as minutes,
    cast(named.low as decimal(18, 4)) as low_minutes,
    cast(named.high as decimal(18, 4)) as high_minutes,
    cast(named.standard_error as decimal(18, 4)) as standard_error,
    named.sampled,
    named.method,
    named.valid_from,
    {{ add_days('named.next_valid_from', -1) }} as valid_to,
    named.source,
    named.evidence_grade,
    answers.answered_valid_from is not null or cited.assumption_id is not null as is_used
from named
left join answers
    on
        named.service_code = answers.answered_service_code
        and named.intake_channel = answers.intake_channel
        and named.case_type = answers.answered_case_type
        and named.valid_from = answers.answered_valid_from
left join cited on named.assumption_id = cited.assumption_id
