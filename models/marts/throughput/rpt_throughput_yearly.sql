with

months_filled as (

    select
        *,
        coalesce(lag(open_cases_at_end) over (
            partition by service_code, office_code
            order by month
        ), 0) as open_cases_at_start
    from {{ ref('int_throughput_months_filled') }}
    where intake_channel = 'all'

),

periods as (

    select * from {{ ref('int_periods_covered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

summed as (

    select
        periods.period,
        periods.period_start,
        periods.period_end,
        periods.coverage_share,
        periods.is_provisional,
        months_filled.service_code,
        months_filled.office_code,
        count(*) as months,
        sum(months_filled.received_cases) as received_cases,
        sum(months_filled.closed_cases) as closed_cases,
        {{ first_known('months_filled.open_cases_at_start', 'months_filled.month') }} as open_cases_at_start,
        {{ last_known('months_filled.open_cases_at_end', 'months_filled.month') }} as open_cases_at_end,
        sum(months_filled.on_time_cases) as on_time_cases,
        sum(months_filled.deadline_cases) as deadline_cases
    from months_filled
    inner join periods on months_filled.month between periods.period_start and periods.period_end
    group by
        periods.period, periods.period_start, periods.period_end, periods.coverage_share, periods.is_provisional,
        months_filled.service_code, months_filled.office_code
    having sum(months_filled.received_cases) + sum(months_filled.closed_cases) > 0

)

select
    summed.period,
    summed.service_code,
    summed.office_code,
    summed.period_start,
    summed.period_end,
    cast(summed.months as bigint) as months,
    cast(summed.received_cases as bigint) as received_cases,
    cast(summed.closed_cases as bigint) as closed_cases,
    cast(summed.open_cases_at_start as bigint) as open_cases_at_start,
    cast(summed.open_cases_at_end as bigint) as open_cases_at_end,
    cast(summed.on_time_cases as bigint) as on_time_cases,
    cast(summed.deadline_cases as bigint) as deadline_cases,
    cast(summed.deadline_cases - summed.on_time_cases as bigint) as late_cases,
    cast(summed.on_time_cases as double) / nullif(summed.deadline_cases, 0) as on_time_share,
    summed.coverage_share,
    summed.is_provisional,
    coalesce(least(summed.received_cases, summed.closed_cases) < settings.min_cases, true) as is_small_cell
from summed
cross join settings
