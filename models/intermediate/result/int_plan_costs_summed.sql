with

cost_items as (

    select * from {{ ref('int_cost_items_admitted') }}

),

cash as (

    select * from {{ ref('int_cash_totalled') }}
    where cash_state in ('known', 'parallel_cost_unknown')

),

bookings as (

    select * from {{ ref('int_bookings_paired') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

finance as (

    select max(month) as last_told_month from bookings

),

-- Planned for the months finance has spoken of, so that plan and bookings are of the same months.
planned as (

    select
        cost_items.measure_id,
        cost_items.kind,
        cost_items.plan_eur,
        coalesce(
            cost_items.month <= finance.last_told_month and cost_items.month < settings.as_of_month, false
        ) as is_due
    from cost_items
    cross join finance
    cross join settings

),

plans as (

    select
        measure_id,
        sum(case when kind <> 'cash_released' then plan_eur end) as plan_total_eur,
        sum(case when kind <> 'cash_released' and is_due then plan_eur end) as plan_eur,
        sum(case when kind = 'one_off' and is_due then plan_eur end) as one_off_plan_eur,
        sum(case when kind = 'running' and is_due then plan_eur end) as running_plan_eur,
        sum(case when kind = 'parallel' and is_due then plan_eur end) as parallel_plan_eur,
        sum(case when kind = 'cash_released' and is_due then plan_eur end) as relief_plan_eur
    from planned
    group by measure_id

),

-- While finance speaks, a month without an item is a month of nothing.
actuals as (

    select
        measure_id,
        sum(one_off_cost_eur) as one_off_eur,
        sum(running_cost_eur) as running_eur,
        {{ known_total('parallel_cost_eur', 'true') }} as parallel_eur,
        sum(cash_released_eur) as relief_eur,
        max(cash_evidence_grade) as evidence_grade
    from cash
    group by measure_id

),

counted as (

    select
        bookings.measure_id,
        count(*) as booking_count
    from bookings
    cross join settings
    where bookings.month < settings.as_of_month
    group by bookings.measure_id

)

select
    coalesce(plans.measure_id, actuals.measure_id) as measure_id,
    plans.plan_total_eur,
    plans.plan_eur,
    plans.one_off_plan_eur,
    plans.running_plan_eur,
    plans.parallel_plan_eur,
    plans.relief_plan_eur,
    actuals.one_off_eur,
    actuals.running_eur,
    actuals.parallel_eur,
    actuals.one_off_eur + actuals.running_eur + actuals.parallel_eur as cost_eur,
    actuals.relief_eur,
    actuals.evidence_grade,
    coalesce(counted.booking_count, 0) as booking_count
from plans
full outer join actuals on plans.measure_id = actuals.measure_id
left join counted on coalesce(plans.measure_id, actuals.measure_id) = counted.measure_id
