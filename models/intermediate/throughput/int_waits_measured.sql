{{ config(materialized='table') }}

-- Days by the town's clock: from nine to nine is a whole day, also when the clocks were changed in between.
with

cases as (

    select * from {{ ref('int_cases_judged') }}

),

services as (

    select * from {{ source('town', 'services') }}

),

office_days as (

    select *
    from {{ ref('int_office_days_counted') }}
    where is_known

),

periods as (

    select * from {{ ref('int_periods_covered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

-- What happens after the as-of day is not known yet: such a case still waits at its end.
received as (

    select
        cases.case_id,
        cases.service_code,
        cases.office_code,
        cases.received_at,
        cases.received_day,
        cases.is_lead_by_day,
        settings.as_of,
        periods.period,
        services.target_working_days,
        coalesce(cases.closed_at < settings.as_of_end_at, false) as is_decided,
        least(coalesce(cases.closed_at, settings.as_of_end_at), settings.as_of_end_at) as waited_until,
        least(coalesce(cases.closed_day, settings.as_of), settings.as_of) as last_day
    from cases
    inner join periods on cases.received_month between periods.period_start and periods.period_end
    cross join settings
    left join services on cases.service_code = services.service_code
    where cases.closed_at is null or cases.lead_us is not null

),

-- Working days where the service has a target, else calendar days.
counted as (

    select
        received.*,
        coalesce(received.target_working_days, 30) as limit_days,
        case
            when received.target_working_days is null
                then {{ days_between('received.received_day', 'received.last_day') }}
            else ended.working_day_number - came.working_day_number
        end as days_taken,
        case
            when received.target_working_days is null
                then {{ days_between('received.received_day', 'received.as_of') }}
            else today.working_day_number - came.working_day_number
        end as days_possible
    from received
    left join office_days as came
        on received.office_code = came.office_code and received.received_day = came.day
    left join office_days as ended
        on received.office_code = ended.office_code and received.last_day = ended.day
    left join office_days as today
        on received.office_code = today.office_code and received.as_of = today.day

)

select
    case_id,
    service_code,
    period,
    is_decided,
    case
        when is_decided and is_lead_by_day then greatest({{ days_between('received_day', 'last_day') }}, 1)
        else cast(
            ceil(
                cast({{ microseconds_between(local_time('received_at'), local_time('waited_until')) }} as double)
                / 86400000000
            ) as bigint
        )
    end as days,
    case when days_possible >= limit_days then is_decided and days_taken <= limit_days end as is_within_n_days
from counted
