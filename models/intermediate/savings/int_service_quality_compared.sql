with

cases as (

    select * from {{ ref('int_cases_judged') }}

),

claims as (

    select * from {{ ref('int_measure_claims_read') }}

),

successors as (

    select * from {{ source('town', 'successors') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

decided as (

    select
        coalesce(successors.current_service_code, cases.service_code) as service_code,
        {{ month_of('cases.closed_day') }} as month,
        cases.lead_us,
        cases.is_on_time
    from cases
    left join successors on cases.service_code = successors.service_code
    where cases.closed_day is not null

),

-- The twelve months before the go-live, and the last twelve full ones, none of which lies before it.
compared as (

    select
        claims.measure_id,
        claims.service_code,
        decided.lead_us,
        decided.is_on_time,
        decided.month >= {{ month_of('claims.went_live_on') }} as is_now
    from claims
    cross join settings
    inner join decided on claims.service_code = decided.service_code
    where
        claims.went_live_on < settings.as_of_month
        and (
            decided.month < {{ month_of('claims.went_live_on') }}
            and decided.month >= {{ add_months(month_of('claims.went_live_on'), -12) }}
            or decided.month >= {{ month_of('claims.went_live_on') }}
            and decided.month < settings.as_of_month
            and decided.month >= {{ add_months('settings.as_of_month', -12) }}
        )

)

select
    measure_id,
    service_code,
    cast(count(case when not is_now then lead_us end) as bigint) as timed_before_cases,
    cast(count(case when is_now then lead_us end) as bigint) as timed_now_cases,
    percentile_cont(0.5) within group (order by lead_us) filter (where not is_now) as median_before_us,
    percentile_cont(0.5) within group (order by lead_us) filter (where is_now) as median_now_us,
    cast(count(case when not is_now then is_on_time end) as bigint) as deadline_before_cases,
    cast(count(case when is_now then is_on_time end) as bigint) as deadline_now_cases,
    cast(count(case when not is_now and is_on_time then 1 end) as bigint) as on_time_before_cases,
    cast(count(case when is_now and is_on_time then 1 end) as bigint) as on_time_now_cases
from compared
group by measure_id, service_code
