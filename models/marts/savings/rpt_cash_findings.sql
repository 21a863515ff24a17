with

cost_items as (

    select * from {{ ref('fct_cost_items') }}

),

covered as (

    select * from {{ ref('int_months_covered') }}
    where is_current

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

booked as (

    select
        cost_items.measure_id,
        cost_items.kind,
        cost_items.audit_finding,
        cost_items.cash_grade,
        cost_items.actual_eur,
        case when cost_items.cash_class = 'fee_funded' then 0 else cost_items.accepted_eur end as counted_eur,
        case when cost_items.cash_class = 'fee_funded' then cost_items.accepted_eur else 0 end as fee_funded_eur
    from cost_items
    cross join settings
    where cost_items.actual_eur is not null and cost_items.month < settings.as_of_month

),

found as (

    select
        'all' as finding,
        *
    from booked
    where kind = 'cash_released'
    union all
    select
        audit_finding as finding,
        *
    from booked
    where audit_finding is not null

),

measures as (

    select
        finding,
        {{ list_join(ordered_list('measure_id', 'measure_id'), "', '") }} as measure_ids
    from (
        select distinct
            finding,
            measure_id
        from found
    ) as by_measure
    group by finding

),

counted as (

    select
        finding,
        count(*) as booking_count,
        sum(actual_eur) as reported,
        sum(counted_eur) as counted,
        sum(case when cash_grade = 'B' then counted_eur else 0 end) as unchecked,
        sum(fee_funded_eur) as fee_funded,
        sum(actual_eur - counted_eur) as left_out
    from found
    group by finding

)

select
    counted.finding as audit_finding,
    measures.measure_ids as measures,
    cast(counted.booking_count as bigint) as booking_count,
    cast(counted.reported as decimal(18, 2)) as reported_eur,
    cast(counted.counted as decimal(18, 2)) as counted_eur,
    cast(counted.unchecked as decimal(18, 2)) as unchecked_eur,
    cast(counted.fee_funded as decimal(18, 2)) as fee_funded_eur,
    cast(counted.left_out as decimal(18, 2)) as left_out_eur,
    covered.coverage_share,
    covered.is_provisional,
    false as is_small_cell
from counted
inner join measures on counted.finding = measures.finding
cross join covered
