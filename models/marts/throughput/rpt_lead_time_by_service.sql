with

cases as (

    select * from {{ ref('int_cases_judged') }}

),

waits as (

    select * from {{ ref('int_waits_measured') }}

),

curve as (

    select *
    from {{ ref('int_undecided_shares_estimated') }}
    where at_risk_cases >= 20

),

services as (

    select * from {{ source('town', 'services') }}

),

working_day as (

    select * from {{ ref('int_working_day_measured') }}

),

periods as (

    select * from {{ ref('int_periods_covered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

received as (

    select
        periods.period,
        coalesce(cases.service_code, 'all') as service_code,
        count(*) as cases
    from cases
    inner join periods on cases.received_month between periods.period_start and periods.period_end
    group by periods.period, cube (cases.service_code)

),

waiting as (

    select
        period,
        coalesce(service_code, 'all') as service_code,
        count(*) as waiting_cases,
        count(*) filter (where not is_decided) as still_open_cases,
        count(is_within_n_days) as n_days_over_cases,
        count(*) filter (where is_within_n_days) as within_n_days_cases
    from waits
    group by period, cube (service_code)

),

decided as (

    select
        periods.period,
        coalesce(cases.service_code, 'all') as service_code,
        count(*) as decided,
        count(cases.working_us) as working_cases,
        percentile_cont(0.5) within group (order by cases.lead_us) as median_lead_us,
        percentile_cont(0.9) within group (order by cases.lead_us) as p90_lead_us,
        percentile_cont(0.5) within group (order by cases.working_us) as median_working_us
    from cases
    inner join periods on cases.closed_month between periods.period_start and periods.period_end
    where cases.lead_us is not null
    group by periods.period, cube (cases.service_code)

),

reached as (

    select
        period,
        service_code,
        min(case when undecided_share <= 0.5 then days end) as median_days_km,
        min(case when undecided_share <= 0.1 then days end) as p90_days_km
    from curve
    group by period, service_code

),

cells as (

    select
        period,
        service_code
    from received
    union distinct
    select
        period,
        service_code
    from decided

)

select
    cells.service_code,
    cells.period,
    periods.period_start,
    periods.period_end,
    cast(coalesce(received.cases, 0) as bigint) as cases,
    cast(coalesce(decided.decided, 0) as bigint) as decided,

    ---- decided cases only
    cast(decided.median_lead_us as double) / 86400000000 as median_days,
    cast(decided.p90_lead_us as double) / 86400000000 as p90_days,
    cast(decided.median_working_us as double) / nullif(working_day.working_day_us, 0) as median_working_days,
    cast(coalesce(decided.working_cases, 0) as bigint) as working_cases,
    cast(working_day.working_day_us as double) / 1000000 as working_day_seconds,

    ---- open cases counted
    reached.median_days_km,
    reached.p90_days_km,
    cast(coalesce(waiting.waiting_cases, 0) as bigint) as waiting_cases,
    cast(coalesce(waiting.still_open_cases, 0) as bigint) as still_open_cases,

    ---- against the target
    cast(services.target_working_days as bigint) as target_working_days,
    cast(waiting.within_n_days_cases as double) / nullif(waiting.n_days_over_cases, 0) as within_n_days,
    cast(coalesce(waiting.within_n_days_cases, 0) as bigint) as within_n_days_cases,
    cast(coalesce(waiting.n_days_over_cases, 0) as bigint) as n_days_over_cases,

    ---- trust
    periods.coverage_share,
    periods.is_provisional,
    coalesce(least(coalesce(received.cases, 0), coalesce(decided.decided, 0)) < settings.min_cases, true)
        as is_small_cell

from cells
inner join periods on cells.period = periods.period
left join received on cells.period = received.period and cells.service_code = received.service_code
left join waiting on cells.period = waiting.period and cells.service_code = waiting.service_code
left join decided on cells.period = decided.period and cells.service_code = decided.service_code
left join reached on cells.period = reached.period and cells.service_code = reached.service_code
left join services on cells.service_code = services.service_code
cross join working_day
cross join settings
