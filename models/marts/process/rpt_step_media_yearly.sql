with

steps as (

    select * from {{ ref('fct_case_steps') }}

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
        coalesce(steps.medium, 'unknown') as medium,
        count(*) as steps
    from steps
    inner join periods on {{ local_day('steps.occurred_at') }} between periods.period_start and periods.period_end
    group by
        periods.period, periods.period_start, periods.period_end, periods.coverage_share, periods.is_provisional,
        coalesce(steps.medium, 'unknown')

),

totalled as (

    select
        *,
        sum(steps) over (partition by period) as steps_total,
        sum(case when medium <> 'unknown' then steps else 0 end) over (partition by period) as known_steps
    from counted

)

select
    totalled.period,
    totalled.medium,
    totalled.period_start,
    totalled.period_end,
    cast(totalled.steps as bigint) as steps,
    cast(totalled.steps_total as bigint) as steps_total,
    cast(totalled.steps as double) / nullif(totalled.steps_total, 0) as step_share,
    cast(totalled.known_steps as bigint) as known_steps,
    cast(totalled.known_steps as double) / nullif(totalled.steps_total, 0) as known_medium_share,
    totalled.coverage_share,
    totalled.is_provisional,
    coalesce(totalled.steps_total < settings.min_cases, true) as is_small_cell
from totalled
cross join settings
