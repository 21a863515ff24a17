with

measures as (

    select * from {{ source('town', 'measures') }}

),

measure_plans as (

    select * from {{ source('town', 'measure_plans') }}

),

measure_services as (

    select * from {{ source('town', 'measure_services') }}

),

successors as (

    select * from {{ source('town', 'successors') }}

),

-- A plan was reached by what the log counted, not by what a statistic told before it.
cohorts as (

    select * from {{ ref('int_logged_cohorts_counted') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

log as (

    select min(month) as first_month from cohorts

),

touched as (

    select distinct
        measure_services.measure_id,
        coalesce(successors.current_service_code, measure_services.service_code) as service_code
    from measure_services
    left join successors on measure_services.service_code = successors.service_code

),

-- The last twelve full months in which the measure was at work, from the first full one after go-live on.
spans as (

    select
        measure_plans.measure_id,
        measure_plans.planned_cases,
        measure_plans.planned_channel,
        measures.went_live_on,
        {{ add_months(add_days('measures.went_live_on', -1), 1) }} as soon_after,
        least(settings.as_of_month, coalesce({{ month_of('measures.ended_on') }}, settings.as_of_month)) as end_month,
        log.first_month as log_month
    from measure_plans
    inner join measures on measure_plans.measure_id = measures.measure_id
    cross join settings
    cross join log

),

windows as (

    select
        measure_id,
        planned_cases,
        planned_channel,
        went_live_on,
        end_month,
        {{ add_months('end_month', -12) }} as start_month,
        {{ month_of('soon_after') }} as first_month,
        log_month
    from spans

),

judged as (

    select
        *,
        case
            when planned_cases is null then 'not_told'
            when went_live_on is null or went_live_on >= end_month then 'not_live'
            when start_month < first_month or log_month is null or start_month < log_month then 'too_early'
        end as volume_reason
    from windows

),

counted as (

    select
        judged.measure_id,
        sum(cohorts.received_cases) as received_cases
    from judged
    inner join touched on judged.measure_id = touched.measure_id
    inner join cohorts
        on
            touched.service_code = cohorts.service_code
            and judged.planned_channel = cohorts.intake_channel
            and judged.start_month <= cohorts.month
            and judged.end_month > cohorts.month
    where judged.volume_reason is null
    group by judged.measure_id

)

select
    judged.measure_id,
    judged.planned_channel,
    judged.planned_cases,
    judged.volume_reason,
    case when judged.volume_reason is null then judged.start_month end as counted_from_month,
    case when judged.volume_reason is null then coalesce(counted.received_cases, 0) end as received_cases
from judged
left join counted on judged.measure_id = counted.measure_id
