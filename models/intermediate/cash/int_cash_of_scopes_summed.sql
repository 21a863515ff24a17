with

measure_months as (

    select * from {{ ref('int_measure_months_filled') }}

),

-- Cost always counts: parallel cost that nobody told lowers no total, but leaves the measure's own net unknown.
totalled as (

    select
        month,
        coalesce('measure:' || measure_id, 'all') as scope,
        sum(cash_released_eur) as cash_released,
        sum(cash_beneath_eur) as cash_beneath,
        sum(one_off_cost_eur) as one_off,
        sum(running_cost_eur) as running,
        case
            when measure_id is null and count(cash_released_eur) > 0 then coalesce(sum(parallel_cost_eur), 0)
            else sum(parallel_cost_eur)
        end as parallel,
        max(cash_evidence_grade) as cash_evidence_grade,
        coalesce(bool_or(cash_state = 'finance_silent'), false) as is_finance_silent,
        coalesce(measure_id is not null and bool_or(cash_state = 'parallel_cost_unknown'), false) as has_gap
    from measure_months
    group by month, cube (measure_id)

),

netted as (

    select
        *,
        cash_released - one_off - running - parallel as net_cash
    from totalled

),

-- Each scope has every month from its first to the last full one, so rows are months.
summed_so_far as (

    select
        *,
        sum(cash_released) over so_far as cumulative_cash_released,
        sum(cash_beneath) over so_far as cumulative_cash_beneath,
        sum(one_off) over so_far as cumulative_one_off,
        sum(running) over so_far as cumulative_running,
        sum(parallel) over so_far as cumulative_parallel,
        sum(net_cash) over so_far as cumulative_cash,
        max(cash_evidence_grade) over so_far as worst_cash_evidence_grade,
        bool_or(has_gap) over so_far as has_gap_so_far,
        sum(net_cash) over last_12 as net_cash_last_12,
        bool_or(has_gap) over last_12 as has_gap_in_last_12,
        count(net_cash) over last_12 as cash_months_in_last_12
    from netted
    window
        so_far as (partition by scope order by month rows between unbounded preceding and current row),
        last_12 as (partition by scope order by month rows between 11 preceding and current row)

),

-- Of a month finance has not spoken of, nothing is known so far either.
of_known_months as (

    select
        month,
        scope,
        is_finance_silent,
        cash_released,
        cash_beneath,
        one_off,
        running,
        parallel,
        net_cash,
        worst_cash_evidence_grade as cash_evidence_grade,
        cash_months_in_last_12,
        case when cash_released is not null then cumulative_cash_released end as cumulative_cash_released,
        case when cash_released is not null then cumulative_cash_beneath end as cumulative_cash_beneath,
        case when cash_released is not null then cumulative_one_off end as cumulative_one_off,
        case when cash_released is not null then cumulative_running end as cumulative_running,
        case when cash_released is not null and not has_gap_so_far then cumulative_parallel end as cumulative_parallel,
        case when net_cash is not null and not has_gap_so_far then cumulative_cash end as cumulative_cash,
        case when net_cash is not null and not has_gap_in_last_12 then net_cash_last_12 end as net_cash_last_12
    from summed_so_far

)

select
    month,
    scope,
    is_finance_silent,
    cast(cash_released as decimal(18, 2)) as cash_released_eur,
    cast(cash_beneath as decimal(18, 2)) as cash_beneath_eur,
    cast(one_off as decimal(18, 2)) as one_off_cost_eur,
    cast(running as decimal(18, 2)) as running_cost_eur,
    cast(parallel as decimal(18, 2)) as parallel_cost_eur,
    cast(net_cash as decimal(18, 2)) as net_cash_eur,
    cast(cumulative_cash_released as decimal(18, 2)) as cumulative_cash_released_eur,
    cast(cumulative_cash_beneath as decimal(18, 2)) as cumulative_cash_beneath_eur,
    cast(cumulative_one_off as decimal(18, 2)) as cumulative_one_off_cost_eur,
    cast(cumulative_running as decimal(18, 2)) as cumulative_running_cost_eur,
    cast(cumulative_parallel as decimal(18, 2)) as cumulative_parallel_cost_eur,
    cast(cumulative_one_off + cumulative_running + cumulative_parallel as decimal(18, 2)) as cumulative_cost_eur,
    cast(cumulative_cash as decimal(18, 2)) as cumulative_cash_eur,
    cast(net_cash_last_12 as decimal(18, 2)) as net_cash_last_12_months_eur,
    cast(cash_months_in_last_12 as bigint) as cash_months_in_last_12,
    cash_evidence_grade
from of_known_months
