with

cost_items as (

    select * from {{ ref('int_cost_items_admitted') }}

),

hours_claimed as (

    select * from {{ ref('int_savings_estimated') }}
    where service_code <> 'all'

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

starts as (

    select
        measure_id,
        month
    from cost_items
    union distinct
    select
        measure_id,
        month
    from hours_claimed

),

spans as (

    select
        starts.measure_id,
        min(starts.month) as first_month,
        {{ add_months('max(settings.as_of_month)', -1) }} as last_month
    from starts
    cross join settings
    group by starts.measure_id

),

months as (

    select
        measure_id,
        {{ month_series('first_month', 'last_month') }} as month
    from spans

),

measures_delivered as (

    select distinct measure_id
    from cost_items
    where actual_eur is not null

),

summed as (

    select
        months.measure_id,
        months.month,
        measures_delivered.measure_id is not null as is_known,
        sum(
            case
                when cost_items.kind = 'cash_released' and cost_items.booking_ref is not null
                    then cost_items.actual_eur
            end
        ) as cash,
        sum(case when cost_items.kind = 'one_off' then cost_items.actual_eur end) as one_off,
        sum(case when cost_items.kind = 'running' then cost_items.actual_eur end) as running,
        sum(case when cost_items.kind = 'parallel' then cost_items.actual_eur end) as parallel
    from months
    left join measures_delivered on months.measure_id = measures_delivered.measure_id
    left join cost_items on months.measure_id = cost_items.measure_id and months.month = cost_items.month
    group by months.measure_id, months.month, measures_delivered.measure_id

),

-- Once finance has delivered for a measure, a month without an item is a month of nothing, not an unknown one.
known as (

    select
        measure_id,
        month,
        case when is_known then cast(coalesce(cash, 0) as decimal(18, 2)) end as cash,
        case when is_known then cast(coalesce(one_off, 0) as decimal(18, 2)) end as one_off,
        case when is_known then cast(coalesce(running, 0) as decimal(18, 2)) end as running,
        case when is_known then cast(coalesce(parallel, 0) as decimal(18, 2)) end as parallel
    from summed

)

select
    measure_id,
    month,
    cash as cash_released_eur,
    one_off as one_off_cost_eur,
    running as running_cost_eur,
    parallel as parallel_cost_eur,
    cast(cash - one_off - running - parallel as decimal(18, 2)) as net_cash_eur,
    cast(
        sum(cash - one_off - running - parallel) over (
            partition by measure_id
            order by month
            rows between unbounded preceding and current row
        ) as decimal(18, 2)
    ) as cumulative_cash_eur
from known
