with

cases as (

    select * from {{ ref('int_cases_dated') }}

),

measures as (

    select * from {{ source('town', 'measures') }}

),

measure_services as (

    select * from {{ source('town', 'measure_services') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

-- Decided cases count, in the month of the decision; a case whose channel nobody knows is not claimed.
volumes as (

    select
        service_code,
        coalesce(case_type, 'unknown') as case_type,
        intake_channel,
        {{ month_of('closed_day') }} as month,
        count(*) as cases
    from cases
    where closed_day is not null and intake_channel <> 'unknown'
    group by service_code, coalesce(case_type, 'unknown'), intake_channel, {{ month_of('closed_day') }}

),

periods as (

    select
        measures.measure_id,
        measures.went_live_on,
        {{ month_of('measures.went_live_on') }} as live_month,
        {{ add_months(month_of(add_days('measures.went_live_on', -1)), 1) }} as first_month,
        {{ add_months('settings.as_of_month', -1) }} as last_month
    from measures
    cross join settings
    where measures.went_live_on <= settings.as_of

),

months as (

    select
        measure_id,
        went_live_on,
        {{ month_series('first_month', 'last_month') }} as month
    from periods

),

baselines as (

    select
        measure_services.measure_id,
        volumes.service_code,
        volumes.case_type,
        volumes.intake_channel,
        sum(volumes.cases) as cases
    from volumes
    inner join measure_services on volumes.service_code = measure_services.service_code
    inner join periods
        on
            measure_services.measure_id = periods.measure_id
            and volumes.month >= {{ add_months('periods.live_month', -12) }}
            and volumes.month < periods.live_month
    group by measure_services.measure_id, volumes.service_code, volumes.case_type, volumes.intake_channel

),

counted as (

    select
        measure_services.measure_id,
        volumes.service_code,
        months.month,
        volumes.case_type,
        volumes.intake_channel,
        0 as baseline_cases,
        volumes.cases as actual_cases
    from measure_services
    inner join months on measure_services.measure_id = months.measure_id
    inner join volumes
        on measure_services.service_code = volumes.service_code and months.month = volumes.month

    union all

    select
        baselines.measure_id,
        baselines.service_code,
        months.month,
        baselines.case_type,
        baselines.intake_channel,
        baselines.cases as baseline_cases,
        0 as actual_cases
    from baselines
    inner join months on baselines.measure_id = months.measure_id

)

select
    counted.measure_id,
    counted.service_code,
    counted.month,
    counted.case_type,
    counted.intake_channel,
    {{ add_days('periods.went_live_on', -1) }} as baseline_on,
    cast(sum(counted.baseline_cases) as bigint) as baseline_cases,
    cast(sum(counted.actual_cases) as bigint) as actual_cases
from counted
inner join periods on counted.measure_id = periods.measure_id
group by
    counted.measure_id,
    counted.service_code,
    counted.month,
    counted.case_type,
    counted.intake_channel,
    periods.went_live_on
