with

measure_months as (

    select * from {{ ref('int_measure_months_filled') }}

),

months as (

    select * from {{ ref('int_months_covered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

totalled as (

    select
        month,
        coalesce('measure:' || measure_id, 'all') as scope,
        sum(cash_released_eur) as cash_released,
        sum(one_off_cost_eur) as one_off,
        sum(running_cost_eur) as running,
        sum(parallel_cost_eur) as parallel,
        sum(net_cash_eur) as net_cash,
        sum(capacity_minutes) as capacity_minutes,
        sum(capacity_low_minutes) as capacity_low_minutes,
        sum(capacity_high_minutes) as capacity_high_minutes,
        sum(channel_effect_minutes) as channel_effect_minutes,
        sum(efficiency_effect_minutes) as efficiency_effect_minutes,
        sum(claimed_cases) as claimed_cases,
        case when grouping(measure_id) = 0 then max(baseline_cases) end as baseline_cases,
        max(evidence_grade) as evidence_grade,
        max(cash_evidence_grade) as cash_evidence_grade,
        max(capacity_evidence_grade) as capacity_evidence_grade
    from measure_months
    group by month, cube (measure_id)

),

-- Each scope has every month from its first to the last full one, so rows are months.
running_sums as (

    select
        month,
        scope,
        sum(cash_released) over so_far as cumulative_cash_released,
        sum(one_off) over so_far as cumulative_one_off,
        sum(running) over so_far as cumulative_running,
        sum(parallel) over so_far as cumulative_parallel,
        sum(net_cash) over so_far as cumulative_cash,
        sum(capacity_minutes) over so_far as cumulative_capacity_minutes,
        max(baseline_cases) over so_far as baseline_cases,
        max(evidence_grade) over so_far as evidence_grade,
        max(cash_evidence_grade) over so_far as cash_evidence_grade,
        sum(net_cash) over last_12 as net_cash_last_12,
        count(net_cash) over last_12 as cash_months_in_last_12,
        sum(capacity_minutes) over last_12 as capacity_last_12_minutes,
        sum(capacity_low_minutes) over last_12 as capacity_low_last_12_minutes,
        sum(capacity_high_minutes) over last_12 as capacity_high_last_12_minutes,
        sum(channel_effect_minutes) over last_12 as channel_effect_last_12_minutes,
        sum(efficiency_effect_minutes) over last_12 as efficiency_effect_last_12_minutes,
        sum(claimed_cases) over last_12 as claimed_last_12,
        count(capacity_minutes) over last_12 as capacity_months_in_last_12,
        max(capacity_evidence_grade) over last_12 as capacity_evidence_grade
    from totalled
    window
        so_far as (partition by scope order by month rows between unbounded preceding and current row),
        last_12 as (partition by scope order by month rows between 11 preceding and current row)

),

states as (

    select
        measure_id,
        month,
        count(net_cash_eur) over so_far > 0 as has_cash,
        sum(case when has_hours then 1 else 0 end) over last_12 > 0 as has_hours
    from measure_months
    window
        so_far as (partition by measure_id order by month rows between unbounded preceding and current row),
        last_12 as (partition by measure_id order by month rows between 11 preceding and current row)

),

named as (

    select
        measure_id,
        month,
        case when has_cash then 'with_cash' else 'without_cash' end as list_name
    from states
    union all
    select
        measure_id,
        month,
        case when has_hours then 'with_hours' else 'without_hours' end as list_name
    from states

),

lists as (

    select
        month,
        list_name,
        coalesce('measure:' || measure_id, 'all') as scope,
        count(*) as measure_count,
        {{ list_join(ordered_list('measure_id', 'measure_id'), "', '") }} as measure_ids
    from named
    group by month, list_name, cube (measure_id)

)

select
    totalled.month,
    totalled.scope,

    ---- money of the month
    cast(totalled.cash_released as decimal(18, 2)) as cash_released_eur,
    cast(totalled.one_off as decimal(18, 2)) as one_off_cost_eur,
    cast(totalled.running as decimal(18, 2)) as running_cost_eur,
    cast(totalled.parallel as decimal(18, 2)) as parallel_cost_eur,
    cast(totalled.net_cash as decimal(18, 2)) as net_cash_eur,

    ---- money since the beginning
    cast(running_sums.cumulative_cash_released as decimal(18, 2)) as cumulative_cash_released_eur,
    cast(running_sums.cumulative_one_off as decimal(18, 2)) as cumulative_one_off_cost_eur,
    cast(running_sums.cumulative_running as decimal(18, 2)) as cumulative_running_cost_eur,
    cast(running_sums.cumulative_parallel as decimal(18, 2)) as cumulative_parallel_cost_eur,
    cast(
        running_sums.cumulative_one_off + running_sums.cumulative_running + running_sums.cumulative_parallel
        as decimal(18, 2)
    ) as cumulative_cost_eur,
    cast(running_sums.cumulative_cash as decimal(18, 2)) as cumulative_cash_eur,

    ---- money of twelve months
    cast(running_sums.net_cash_last_12 as decimal(18, 2)) as net_cash_last_12_months_eur,
    cast(running_sums.cash_months_in_last_12 as bigint) as cash_months_in_last_12,
    running_sums.cash_evidence_grade,
    cast(coalesce(with_cash.measure_count, 0) as bigint) as cash_measure_count,
    coalesce(with_cash.measure_ids, '') as cash_measures,
    coalesce(without_cash.measure_ids, '') as cash_measures_not_included,

    ---- hours of the month
    cast(totalled.capacity_minutes as double) / 60 as capacity_released_hours,
    cast(totalled.capacity_low_minutes as double) / 60 as capacity_low_hours,
    cast(totalled.capacity_high_minutes as double) / 60 as capacity_high_hours,
    cast(totalled.claimed_cases as bigint) as claimed_cases,

    ---- hours since the beginning
    cast(running_sums.cumulative_capacity_minutes as double) / 60 as cumulative_capacity_hours,
    cast(running_sums.baseline_cases as bigint) as baseline_cases,

    ---- hours of twelve months
    cast(running_sums.capacity_last_12_minutes as double) / 60 as capacity_last_12_months_hours,
    cast(running_sums.capacity_low_last_12_minutes as double) / 60 as capacity_low_last_12_months_hours,
    cast(running_sums.capacity_high_last_12_minutes as double) / 60 as capacity_high_last_12_months_hours,
    cast(running_sums.channel_effect_last_12_minutes as double) / 60 as channel_effect_last_12_months_hours,
    cast(running_sums.efficiency_effect_last_12_minutes as double) / 60 as efficiency_effect_last_12_months_hours,
    cast(running_sums.claimed_last_12 as bigint) as claimed_last_12_months_cases,
    cast(running_sums.capacity_months_in_last_12 as bigint) as capacity_months_in_last_12,
    running_sums.capacity_evidence_grade,
    cast(coalesce(with_hours.measure_count, 0) as bigint) as capacity_measure_count,
    coalesce(with_hours.measure_ids, '') as capacity_measures,
    coalesce(without_hours.measure_ids, '') as capacity_measures_not_included,

    ---- trust
    running_sums.evidence_grade,
    months.coverage_share,
    months.is_provisional,
    coalesce(totalled.claimed_cases < settings.min_cases, true) as is_small_cell

from totalled
inner join running_sums on totalled.month = running_sums.month and totalled.scope = running_sums.scope
inner join months on totalled.month = months.month
left join lists as with_cash
    on
        totalled.month = with_cash.month
        and totalled.scope = with_cash.scope
        and with_cash.list_name = 'with_cash'
left join lists as without_cash
    on
        totalled.month = without_cash.month
        and totalled.scope = without_cash.scope
        and without_cash.list_name = 'without_cash'
left join lists as with_hours
    on
        totalled.month = with_hours.month
        and totalled.scope = with_hours.scope
        and with_hours.list_name = 'with_hours'
left join lists as without_hours
    on
        totalled.month = without_hours.month
        and totalled.scope = without_hours.scope
        and without_hours.list_name = 'without_hours'
cross join settings
