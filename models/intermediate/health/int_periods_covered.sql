with

months as (

    select * from {{ ref('int_months_covered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

periods as (

    select
        'last_12_months' as period,
        {{ add_months('as_of_month', -12) }} as first_month,
        {{ add_months('as_of_month', -1) }} as last_month
    from settings
    union all
    select
        '12_months_before' as period,
        {{ add_months('as_of_month', -24) }} as first_month,
        {{ add_months('as_of_month', -13) }} as last_month
    from settings

)

select
    periods.period,
    periods.first_month as period_start,
    {{ add_days(add_months('periods.last_month', 1), -1) }} as period_end,
    min(months.coverage_share) as coverage_share,
    coalesce(bool_or(months.is_provisional), true) as is_provisional
from periods
left join months
    on
        periods.first_month <= months.month
        and periods.last_month >= months.month
group by periods.period, periods.first_month, periods.last_month
