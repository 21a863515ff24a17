{{ config(materialized='table') }}

with

estimated as (

    select * from {{ ref('int_savings_estimated') }}
    where service_code <> 'all' and claim_state <> 'refused'

),

claims as (

    select * from {{ ref('int_measure_claims_read') }}

),

cohorts as (

    select * from {{ ref('int_cohorts_counted') }}

),

processing_minutes as (

    select * from {{ ref('int_minutes_read') }}

),

claimed as (

    select distinct
        estimated.measure_id,
        estimated.service_code,
        claims.went_live_on
    from estimated
    inner join claims
        on
            estimated.measure_id = claims.measure_id
            and estimated.service_code = claims.service_code

),

-- The cells of the baseline ask for the day before go-live, those of a month for its first day.
questions as (

    select
        cohorts.service_code,
        cohorts.case_type,
        cohorts.intake_channel,
        {{ add_days('claimed.went_live_on', -1) }} as asked_on
    from cohorts
    inner join claimed
        on
            cohorts.service_code = claimed.service_code
            and cohorts.month >= {{ add_months(month_of('claimed.went_live_on'), -12) }}
            and cohorts.month < {{ month_of('claimed.went_live_on') }}
    union distinct
    select
        cohorts.service_code,
        cohorts.case_type,
        cohorts.intake_channel,
        cohorts.month as asked_on
    from cohorts
    inner join estimated on cohorts.service_code = estimated.service_code and cohorts.month = estimated.month

),

answers as (

    select
        questions.*,
        processing_minutes.entered_service_code as answered_service_code,
        processing_minutes.case_type as answered_case_type,
        processing_minutes.valid_from as answered_valid_from,
        processing_minutes.minutes,
        processing_minutes.low,
        processing_minutes.high,
        processing_minutes.evidence_grade,
        row_number() over (
            partition by questions.service_code, questions.case_type, questions.intake_channel, questions.asked_on
            order by {{ own_minutes_first('processing_minutes') }}
        ) as answer_rank
    from questions
    inner join processing_minutes
        on
            questions.service_code = processing_minutes.service_code
            and questions.intake_channel = processing_minutes.intake_channel
            and (processing_minutes.case_type = 'all' or questions.case_type = processing_minutes.case_type)
            and questions.asked_on >= processing_minutes.valid_from

)

select * from answers
where answer_rank = 1
