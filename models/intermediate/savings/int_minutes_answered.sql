{{ config(materialized='table') }}

with

cells as (

    select * from {{ ref('int_savings_cells_counted') }}

),

processing_minutes as (

    select * from {{ source('town', 'processing_minutes') }}

),

questions as (

    select
        service_code,
        case_type,
        intake_channel,
        baseline_on as asked_on
    from cells
    union distinct
    select
        service_code,
        case_type,
        intake_channel,
        month as asked_on
    from cells

),

-- The row of the case type, else the row of all types; of those the youngest that is valid.
answers as (

    select
        questions.*,
        processing_minutes.case_type as answered_case_type,
        processing_minutes.valid_from as answered_valid_from,
        processing_minutes.minutes,
        processing_minutes.low,
        processing_minutes.high,
        processing_minutes.evidence_grade,
        row_number() over (
            partition by questions.service_code, questions.case_type, questions.intake_channel, questions.asked_on
            order by
                case when processing_minutes.case_type <> 'all' then 0 else 1 end,
                processing_minutes.valid_from desc
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
