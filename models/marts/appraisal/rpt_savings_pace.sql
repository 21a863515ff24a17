with

paces as (

    select * from {{ ref('int_pace_measured') }}

),

measure_months as (

    select * from {{ ref('int_measure_months_filled') }}

),

covered as (

    select * from {{ ref('int_months_covered') }}
    where is_current

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

states as (

    select
        measure_id,
        count(one_off_cost_eur) > 0 as has_cash,
        coalesce(bool_or(cash_state = 'parallel_cost_unknown'), false) as has_gap
    from measure_months
    group by measure_id

),

named as (

    select
        measure_id,
        'without_cash' as list_name
    from states
    where not has_cash
    union all
    select
        measure_id,
        'with_gap' as list_name
    from states
    where has_gap

),

lists as (

    select
        list_name,
        coalesce(measure_id, 'all') as measure_id,
        {{ list_join(ordered_list('measure_id', 'measure_id'), "', '") }} as measure_ids
    from named
    group by list_name, cube (measure_id)

)

select
    case when paces.measure_id = 'all' then 'all' else 'measure:' || paces.measure_id end as scope,
    case
        when paces.months_since >= 3 then 'known'
        when paces.told_until_month is null then 'unknown'
        else 'too_short'
    end as pace_state,
    paces.since_month,
    paces.changes,
    paces.told_until_month,

    ---- since the change
    paces.months_since as pace_months,
    {{ rounded('paces.net_cash') }} as monthly_net_cash_eur,
    {{ rounded('paces.recurring_net') }} as monthly_recurring_net_cash_eur,

    ---- before it
    paces.months_before as pace_months_before,
    {{ rounded('paces.net_cash_before') }} as monthly_net_cash_before_eur,
    {{ rounded('paces.recurring_net_before') }} as monthly_recurring_net_cash_before_eur,

    ---- what is not in it
    coalesce(without_cash.measure_ids, '') as cash_measures_not_included,
    coalesce(with_gap.measure_ids, '') as parallel_cost_unknown_measures,

    ---- trust
    covered.coverage_share,
    coalesce(covered.coverage_share < 0.95, true)
    or coalesce(paces.told_until_month < {{ add_months('settings.as_of_month', -1) }}, true) as is_provisional,
    false as is_small_cell
from paces
cross join covered
cross join settings
left join lists as without_cash
    on
        paces.measure_id = without_cash.measure_id
        and without_cash.list_name = 'without_cash'
left join lists as with_gap
    on
        paces.measure_id = with_gap.measure_id
        and with_gap.list_name = 'with_gap'
