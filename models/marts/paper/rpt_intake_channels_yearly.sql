with

cases as (

    select * from {{ ref('int_cases_judged') }}

),

periods as (

    select * from {{ ref('int_periods_covered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

counted as (

    select
        periods.period,
        periods.period_start,
        periods.period_end,
        periods.coverage_share,
        periods.is_provisional,
        coalesce(cases.intake_channel, 'unknown') as intake_channel,
        count(*) as cases,
        count(cases.is_paper_intake) as known_channel_cases,
        count(*) filter (where cases.is_paper_intake) as paper_in_cases,
        bool_and(cases.is_paper_intake) as is_always_paper
    from cases
    inner join periods on cases.received_month between periods.period_start and periods.period_end
    group by
        periods.period, periods.period_start, periods.period_end, periods.coverage_share, periods.is_provisional,
        coalesce(cases.intake_channel, 'unknown')

)

select
    counted.period,
    counted.intake_channel,
    counted.period_start,
    counted.period_end,
    cast(counted.cases as bigint) as cases,
    cast(counted.known_channel_cases as bigint) as known_channel_cases,
    cast(counted.paper_in_cases as bigint) as paper_in_cases,
    cast(sum(counted.known_channel_cases) over (partition by counted.period) as bigint) as town_known_channel_cases,
    cast(counted.paper_in_cases as double)
    / nullif(sum(counted.known_channel_cases) over (partition by counted.period), 0) as channel_paper_share,
    counted.is_always_paper,
    counted.coverage_share,
    counted.is_provisional,
    coalesce(counted.cases < settings.min_cases, true) as is_small_cell
from counted
cross join settings
