{{ config(materialized='table') }}

with

months as (

    select * from {{ ref('int_appraisal_months_filled') }}

),

changes as (

    select * from {{ ref('int_changes_dated') }}

),

measures as (

    select * from {{ source('town', 'measures') }}

),

last_months as (

    select
        measure_id,
        max(month) as month
    from changes
    group by measure_id

),

last_changes as (

    select
        last_months.measure_id,
        last_months.month as since_month,
        {{ list_join(ordered_list('changes.change', 'changes.change'), "', '") }} as changes
    from last_months
    inner join changes
        on
            last_months.measure_id = changes.measure_id
            and last_months.month = changes.month
    group by last_months.measure_id, last_months.month

),

-- What is booked of a measure after its end goes on for nobody.
after_the_end as (

    select
        months.month,
        sum(coalesce(months.cash_released_eur, 0)) as cash_released_eur,
        sum(months.one_off_relief_eur) as one_off_relief_eur,
        sum(coalesce(months.one_off_cost_eur, 0)) as one_off_cost_eur,
        sum(coalesce(months.running_cost_eur, 0)) as running_cost_eur,
        sum(coalesce(months.parallel_cost_eur, 0)) as parallel_cost_eur,
        sum(months.staff_relief_eur) as staff_relief_eur
    from months
    inner join measures on months.measure_id = measures.measure_id
    where months.month >= measures.ended_on
    group by months.month

),

-- The town's months without that.
going_on as (

    select
        months.measure_id,
        months.month,
        months.cash_released_eur - coalesce(ended.cash_released_eur, 0) as cash_released_eur,
        months.one_off_relief_eur - coalesce(ended.one_off_relief_eur, 0) as one_off_relief_eur,
        months.one_off_cost_eur - coalesce(ended.one_off_cost_eur, 0) as one_off_cost_eur,
        months.running_cost_eur - coalesce(ended.running_cost_eur, 0) as running_cost_eur,
        months.parallel_cost_eur - coalesce(ended.parallel_cost_eur, 0) as parallel_cost_eur,
        months.staff_relief_eur - coalesce(ended.staff_relief_eur, 0) as staff_relief_eur,
        months.net_cash_eur - coalesce(
            ended.cash_released_eur - ended.one_off_cost_eur - ended.running_cost_eur - ended.parallel_cost_eur, 0
        ) as net_cash_eur
    from months
    left join after_the_end as ended on months.month = ended.month and months.measure_id = 'all'

),

told as (

    select
        going_on.*,
        going_on.cash_released_eur - going_on.one_off_relief_eur as relief_eur,
        going_on.net_cash_eur - going_on.one_off_relief_eur + going_on.one_off_cost_eur as recurring_net_eur,
        last_changes.since_month,
        last_changes.changes,
        going_on.month >= last_changes.since_month as is_since
    from going_on
    inner join last_changes on going_on.measure_id = last_changes.measure_id
    where going_on.net_cash_eur is not null

),

-- A year holds what is paid once a year; more than that is not the present pace.
ranked as (

    select
        *,
        -- Whole cents: a deviation of doubles differs with the order in which they come.
        cast(recurring_net_eur * 100 as decimal(38, 0)) as recurring_net_cents,
        row_number() over (partition by measure_id, is_since order by month desc) as month_rank,
        least(sum(case when is_since then 1 else 0 end) over (partition by measure_id), 12) as months_since
    from told

),

summed as (

    select
        measure_id,
        since_month,
        changes,
        max(month) as told_until_month,
        sum(case when is_since then 1 else 0 end) as months_since,
        sum(case when is_since then net_cash_eur end) as net_cash_eur,
        sum(case when is_since then recurring_net_eur end) as recurring_net_eur,
        sum(case when is_since then relief_eur end) as relief_eur,
        sum(case when is_since then running_cost_eur end) as running_cost_eur,
        sum(case when is_since then parallel_cost_eur end) as parallel_cost_eur,
        sum(case when is_since then staff_relief_eur end) as staff_relief_eur,
        sum(case when is_since then recurring_net_cents end) as recurring_net_cents,
        sum(case when is_since then recurring_net_cents * recurring_net_cents end) as recurring_net_squares,
        sum(case when is_since then 0 else 1 end) as months_before,
        sum(case when not is_since then net_cash_eur end) as net_cash_before_eur,
        sum(case when not is_since then recurring_net_eur end) as recurring_net_before_eur
    from ranked
    where month_rank <= months_since
    group by measure_id, since_month, changes

)

select
    last_changes.measure_id,
    last_changes.since_month,
    last_changes.changes,
    summed.told_until_month,
    cast(coalesce(summed.months_since, 0) as bigint) as months_since,
    cast(summed.net_cash_eur as double) / nullif(summed.months_since, 0) as net_cash,
    cast(summed.recurring_net_eur as double) / nullif(summed.months_since, 0) as recurring_net,
    cast(summed.relief_eur as double) / nullif(summed.months_since, 0) as relief,
    cast(summed.running_cost_eur as double) / nullif(summed.months_since, 0) as running_cost,
    cast(summed.parallel_cost_eur as double) / nullif(summed.months_since, 0) as parallel_cost,
    cast(summed.staff_relief_eur as double) / nullif(summed.months_since, 0) as staff_relief,
    case
        when summed.months_since > 1
            then
                sqrt(
                    cast(
                        summed.months_since * summed.recurring_net_squares
                        - summed.recurring_net_cents * summed.recurring_net_cents as double
                    ) / (summed.months_since * (summed.months_since - 1))
                ) / 100
    end as recurring_net_deviation,
    cast(coalesce(summed.months_before, 0) as bigint) as months_before,
    cast(summed.net_cash_before_eur as double) / nullif(summed.months_before, 0) as net_cash_before,
    cast(summed.recurring_net_before_eur as double) / nullif(summed.months_before, 0) as recurring_net_before
from last_changes
left join summed on last_changes.measure_id = summed.measure_id
