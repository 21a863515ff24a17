{{ config(materialized='table') }}

with

past_cases as (

    select * from {{ source('town', 'past_cases') }}

),

successors as (

    select * from {{ source('town', 'successors') }}

),

logged as (

    select * from {{ ref('int_logged_cohorts_counted') }}

),

told as (

    select
        coalesce(successors.current_service_code, past_cases.service_code) as service_code,
        past_cases.service_code as told_service_code,
        past_cases.case_type,
        past_cases.intake_channel,
        past_cases.month,
        past_cases.cases,
        past_cases.source,
        past_cases.evidence_grade
    from past_cases
    left join successors on past_cases.service_code = successors.service_code

),

months_logged as (

    select
        service_code,
        month,
        sum(received_cases) as received_cases,
        min(first_received_on) as first_received_on,
        row_number() over (partition by service_code order by month) as place
    from logged
    group by service_code, month

),

begun as (

    select * from months_logged
    where place = 1

),

months_told as (

    select
        service_code,
        month,
        sum(cases) as cases
    from told
    group by service_code, month

),

-- Of the month in which the log begins it may have the second half only: then the statistic tells more.
compared as (

    select
        months_told.service_code,
        months_told.month,
        begun.month as log_month,
        begun.first_received_on as log_from,
        coalesce(months_told.month = begun.month and months_told.cases > begun.received_cases, false)
            as is_log_begun_within,
        coalesce(months_told.cases * 10 < begun.received_cases * 9, false) as is_fewer,
        coalesce(
            months_told.month < begun.month
            or (months_told.month = begun.month and months_told.cases > begun.received_cases),
            false
        ) as is_before_log
    from months_told
    left join begun on months_told.service_code = begun.service_code

),

numbered as (

    select
        *,
        row_number() over (partition by service_code, is_before_log order by month desc) as months_back,
        max(case when is_log_begun_within then 1 else 0 end) over (partition by service_code) as log_months_told,
        bool_or(month = log_month) over (partition by service_code) as is_log_month_listed
    from compared

),

-- Months that do not follow one another up to the log would leave empty ones in the year before a go-live.
judged as (

    select
        service_code,
        month,
        log_month,
        log_from,
        is_log_month_listed,
        case
            when log_month is null then 'no_log'
            when month = log_month and is_fewer then 'fewer'
            when not is_before_log and month = log_month then 'confirmed'
            when not is_before_log then 'logged'
            when month = {{ add_months('log_month', 'log_months_told - months_back') }} then 'counted'
            else 'gap'
        end as verdict
    from numbered

)

select
    told.service_code,
    told.told_service_code,
    told.case_type,
    told.intake_channel,
    told.month,
    told.cases,
    told.source,
    told.evidence_grade,
    judged.verdict,
    judged.log_month,
    judged.log_from,
    coalesce(judged.is_log_month_listed, false) as is_log_month_listed
from told
inner join judged on told.service_code = judged.service_code and told.month = judged.month
