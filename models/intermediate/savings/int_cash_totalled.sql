with

cost_items as (

    select * from {{ ref('int_cost_items_admitted') }}

),

bookings as (

    select * from {{ ref('int_bookings_audited') }}

),

open_routes as (

    select * from {{ ref('int_paper_routes_judged') }}

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
    from bookings

),

finance as (

    select max(month) as last_told_month
    from bookings

),

-- The headline is grade A: what was held against its line. What counts and is not yet checked stands beneath it.
-- Money of those who pay fees is nobody's relief here.
summed as (

    select
        measure_id,
        month,
        sum(case when cash_class = 'cash' and cash_grade = 'A' then accepted_eur end) as cash,
        sum(case when cash_class = 'cash' and cash_grade = 'B' then accepted_eur end) as cash_beneath,
        max(case when cash_class = 'cash' and accepted_eur > 0 and cash_grade = 'A' then cash_grade end)
            as cash_evidence_grade,
        sum(case when kind = 'one_off' then accepted_eur end) as one_off,
        sum(case when kind = 'running' then accepted_eur end) as running,
        sum(case when kind = 'parallel' then accepted_eur end) as parallel
    from bookings
    group by measure_id, month

),

states as (

    select
        months.measure_id,
        months.month,
        case
            when measures_delivered.measure_id is null then 'not_told'
            when months.month > finance.last_told_month then 'finance_silent'
            when open_routes.measure_id is not null then 'parallel_cost_unknown'
            else 'known'
        end as cash_state
    from months
    cross join finance
    left join measures_delivered on months.measure_id = measures_delivered.measure_id
    left join open_routes on months.measure_id = open_routes.measure_id and months.month = open_routes.month

),

-- While finance speaks, a month without an item is a month of nothing, not an unknown one.
spoken as (

    select
        states.measure_id,
        states.month,
        states.cash_state,
        summed.cash_evidence_grade,
        case
            when states.cash_state in ('known', 'parallel_cost_unknown')
                then cast(coalesce(summed.cash, 0) as decimal(18, 2))
        end as cash,
        case
            when states.cash_state in ('known', 'parallel_cost_unknown')
                then cast(coalesce(summed.cash_beneath, 0) as decimal(18, 2))
        end as cash_beneath,
        case
            when states.cash_state in ('known', 'parallel_cost_unknown')
                then cast(coalesce(summed.one_off, 0) as decimal(18, 2))
        end as one_off,
        case
            when states.cash_state in ('known', 'parallel_cost_unknown')
                then cast(coalesce(summed.running, 0) as decimal(18, 2))
        end as running,
        case when states.cash_state = 'known' then cast(coalesce(summed.parallel, 0) as decimal(18, 2)) end as parallel
    from states
    left join summed on states.measure_id = summed.measure_id and states.month = summed.month

),

netted as (

    select
        *,
        cash - one_off - running - parallel as net_cash
    from spoken

)

select
    measure_id,
    month,
    cash_state,
    cash_evidence_grade,
    cash as cash_released_eur,
    cash_beneath as cash_beneath_eur,
    one_off as one_off_cost_eur,
    running as running_cost_eur,
    parallel as parallel_cost_eur,
    cast(net_cash as decimal(18, 2)) as net_cash_eur,
    case
        when count(net_cash) over so_far = count(*) over so_far
            then cast(sum(net_cash) over so_far as decimal(18, 2))
    end as cumulative_cash_eur
from netted
window so_far as (partition by measure_id order by month rows between unbounded preceding and current row)
