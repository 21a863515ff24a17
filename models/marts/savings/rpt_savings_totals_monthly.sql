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

estimated as (

    select
        *,
        case when measure_id = 'all' then 'all' else 'measure:' || measure_id end as scope
    from {{ ref('int_savings_estimated') }}
    where service_code = 'all'

),

-- The headline is grade A. Bounds come from draws of the whole scope: they are never added.
of_the_month as (

    select * from estimated
    where span = 'month' and evidence_grade = 'A'

),

of_the_year as (

    select * from estimated
    where span = 'last_12' and evidence_grade = 'A'

),

since_live as (

    select * from estimated
    where span = 'since_live' and evidence_grade = 'A'

),

effects as (

    select * from {{ ref('int_savings_effects_summed') }}

),

beneath as (

    select
        month,
        scope,
        sum(case when evidence_grade = 'B' then minutes end) as grade_b_minutes,
        sum(case when evidence_grade = 'B' then p10 end) as grade_b_p10,
        sum(case when evidence_grade = 'B' then p90 end) as grade_b_p90,
        sum(case when evidence_grade = 'B' then claimed_cases end) as grade_b_cases,
        sum(case when evidence_grade = 'C' then minutes end) as grade_c_minutes,
        sum(case when evidence_grade = 'C' then p10 end) as grade_c_p10,
        sum(case when evidence_grade = 'C' then p90 end) as grade_c_p90,
        sum(case when evidence_grade = 'C' then claimed_cases end) as grade_c_cases
    from estimated
    where span = 'last_12' and evidence_grade in ('B', 'C')
    group by month, scope

),

baselines as (

    select
        measure_id,
        sum(baseline_cases) as baseline_cases
    from (
        select
            measure_id,
            service_code,
            max(baseline_cases) as baseline_cases
        from {{ ref('int_savings_estimated') }}
        where service_code <> 'all'
        group by measure_id, service_code
    ) as by_service
    group by measure_id

),

money as (

    select * from {{ ref('int_cash_of_scopes_summed') }}

),

states as (

    select
        measure_id,
        month,
        count(one_off_cost_eur) over so_far > 0 as has_cash,
        coalesce(bool_or(cash_state = 'parallel_cost_unknown') over so_far, false) as has_gap,
        sum(case when has_hours then 1 else 0 end) over last_12 > 0 as has_hours
    from measure_months
    window
        so_far as (partition by measure_id order by month rows between unbounded preceding and current row),
        last_12 as (partition by measure_id order by month rows between 11 preceding and current row)

),

-- Every month of a scope, so that twelve rows are twelve months; one counts if its own hours are told.
states_counted as (

    select
        money.month,
        money.scope,
        count(case when of_the_month.claimed_cases >= settings.min_cases then 1 end) over (
            partition by money.scope order by money.month
            rows between 11 preceding and current row
        ) as capacity_months_in_last_12
    from money
    cross join settings
    left join of_the_month on money.month = of_the_month.month and money.scope = of_the_month.scope

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
    union all
    select
        measure_id,
        month,
        'with_gap' as list_name
    from states
    where has_gap

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
    money.month,
    money.scope,

    ---- money of the month
    money.cash_released_eur,
    money.cash_beneath_eur,
    money.one_off_cost_eur,
    money.running_cost_eur,
    money.parallel_cost_eur,
    money.net_cash_eur,

    ---- money since the beginning
    money.cumulative_cash_released_eur,
    money.cumulative_cash_beneath_eur,
    money.cumulative_one_off_cost_eur,
    money.cumulative_running_cost_eur,
    money.cumulative_parallel_cost_eur,
    money.cumulative_cost_eur,
    money.cumulative_cash_eur,

    ---- money of twelve months
    money.net_cash_last_12_months_eur,
    money.cash_months_in_last_12,
    money.cash_evidence_grade,
    cast(coalesce(with_cash.measure_count, 0) as bigint) as cash_measure_count,
    coalesce(with_cash.measure_ids, '') as cash_measures,
    coalesce(without_cash.measure_ids, '') as cash_measures_not_included,
    coalesce(with_gap.measure_ids, '') as parallel_cost_unknown_measures,

    ---- hours of the month
    of_the_month.minutes / 60 as capacity_released_hours,
    of_the_month.p10 / 60 as capacity_low_hours,
    of_the_month.p90 / 60 as capacity_high_hours,
    of_the_month.p10 / 60 as capacity_p10_hours,
    of_the_month.p50 / 60 as capacity_p50_hours,
    of_the_month.p90 / 60 as capacity_p90_hours,
    cast(of_the_month.claimed_cases as bigint) as claimed_cases,

    ---- hours since the beginning
    since_live.minutes / 60 as cumulative_capacity_hours,
    since_live.p10 / 60 as cumulative_capacity_low_hours,
    since_live.p90 / 60 as cumulative_capacity_high_hours,
    cast(baselines.baseline_cases as bigint) as baseline_cases,

    ---- hours of twelve months
    of_the_year.minutes / 60 as capacity_last_12_months_hours,
    of_the_year.p10 / 60 as capacity_low_last_12_months_hours,
    of_the_year.p90 / 60 as capacity_high_last_12_months_hours,
    (of_the_year.minutes - of_the_year.efficiency_minutes) / 60 as channel_effect_last_12_months_hours,
    of_the_year.efficiency_minutes / 60 as efficiency_effect_last_12_months_hours,
    cast(of_the_year.claimed_cases as bigint) as claimed_last_12_months_cases,
    cast(states_counted.capacity_months_in_last_12 as bigint) as capacity_months_in_last_12,
    of_the_year.evidence_grade as capacity_evidence_grade,
    cast(coalesce(with_hours.measure_count, 0) as bigint) as capacity_measure_count,
    coalesce(with_hours.measure_ids, '') as capacity_measures,
    coalesce(without_hours.measure_ids, '') as capacity_measures_not_included,

    ---- hours of twelve months that stand beneath the headline
    beneath.grade_b_minutes / 60 as grade_b_last_12_months_hours,
    beneath.grade_b_p10 / 60 as grade_b_low_last_12_months_hours,
    beneath.grade_b_p90 / 60 as grade_b_high_last_12_months_hours,
    cast(beneath.grade_b_cases as bigint) as grade_b_last_12_months_cases,
    beneath.grade_c_minutes / 60 as grade_c_last_12_months_hours,
    beneath.grade_c_p10 / 60 as grade_c_low_last_12_months_hours,
    beneath.grade_c_p90 / 60 as grade_c_high_last_12_months_hours,
    cast(beneath.grade_c_cases as bigint) as grade_c_last_12_months_cases,

    ---- hours of twelve months of every grade: as a plain comparison has them, like for like, less the tide
    effects.raw_minutes / 60 as raw_last_12_months_hours,
    effects.volume_minutes / 60 as volume_last_12_months_hours,
    effects.mix_minutes / 60 as mix_last_12_months_hours,
    effects.like_for_like_minutes / 60 as like_for_like_last_12_months_hours,
    (effects.like_for_like_minutes - effects.minutes) / 60 as tide_last_12_months_hours,
    effects.minutes / 60 as all_grades_last_12_months_hours,

    ---- trust
    greatest(money.cash_evidence_grade, of_the_year.evidence_grade) as evidence_grade,
    months.coverage_share,
    months.is_provisional or money.is_finance_silent as is_provisional,
    coalesce(of_the_month.claimed_cases < settings.min_cases, true) as is_small_cell

from money
inner join months on money.month = months.month
left join of_the_month on money.month = of_the_month.month and money.scope = of_the_month.scope
left join of_the_year on money.month = of_the_year.month and money.scope = of_the_year.scope
left join since_live on money.month = since_live.month and money.scope = since_live.scope
left join effects on money.month = effects.month and money.scope = effects.scope
left join beneath on money.month = beneath.month and money.scope = beneath.scope
left join baselines on money.scope = 'measure:' || baselines.measure_id
left join states_counted on money.month = states_counted.month and money.scope = states_counted.scope
left join lists as with_cash
    on
        money.month = with_cash.month
        and money.scope = with_cash.scope
        and with_cash.list_name = 'with_cash'
left join lists as without_cash
    on
        money.month = without_cash.month
        and money.scope = without_cash.scope
        and without_cash.list_name = 'without_cash'
left join lists as with_gap
    on
        money.month = with_gap.month
        and money.scope = with_gap.scope
        and with_gap.list_name = 'with_gap'
left join lists as with_hours
    on
        money.month = with_hours.month
        and money.scope = with_hours.scope
        and with_hours.list_name = 'with_hours'
left join lists as without_hours
    on
        money.month = without_hours.month
        and money.scope = without_hours.scope
        and without_hours.list_name = 'without_hours'
cross join settings
