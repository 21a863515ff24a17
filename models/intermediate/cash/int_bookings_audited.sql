{{ config(materialized='table') }}

with

checked as (

    select * from {{ ref('int_bookings_checked') }}

),

line_falls as (

    select * from {{ ref('int_line_falls_measured') }}

),

claims as (

    select
        checked.*,
        line_falls.nominal_fall_eur,
        line_falls.fall_at_prices_eur,
        line_falls.fall_eur,
        line_falls.sister_rise_eur,
        coalesce(line_falls.unknown_reason, checked.proof_missing) as reservation,
        coalesce(
            sum(checked.net_eur) over (
                partition by checked.measure_id, checked.budget_line_id, checked.year
                order by checked.month, checked.cost_item_id, checked.delivery_id, checked.position
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as claimed_before_eur
    from checked
    left join line_falls
        on
            checked.budget_line_id = line_falls.budget_line_id
            and checked.year = line_falls.year
            and checked.base_year = line_falls.base_year
    where checked.kind = 'cash_released' and checked.actual_eur >= 0 and checked.finding is null

),

-- Nobody claims more than the line fell by since the year before the measure.
within_own_fall as (

    select
        *,
        case
            -- Where the volume is not known yet the line bounds the claim by its prices alone.
            when coalesce(fall_eur, fall_at_prices_eur) is null then net_eur
            else greatest(least(net_eur, coalesce(fall_eur, fall_at_prices_eur) - claimed_before_eur), 0)
        end as own_eur
    from claims

),

against_the_line as (

    select
        *,
        max(coalesce(fall_eur, fall_at_prices_eur)) over (partition by budget_line_id, year) as line_fall_eur,
        coalesce(
            sum(own_eur) over (
                partition by budget_line_id, year
                order by month, cost_item_id, delivery_id, position
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as line_claimed_before_eur
    from within_own_fall

),

-- Nor do all measures together claim more than it fell by at all.
within_the_fall as (

    select
        *,
        case
            when line_fall_eur is null then own_eur
            else greatest(least(own_eur, line_fall_eur - line_claimed_before_eur), 0)
        end as line_eur
    from against_the_line

),

weighed as (

    select
        *,
        coalesce(sister_rise_eur >= sum(line_eur) over (partition by budget_line_id, year), false) as is_reallocated
    from within_the_fall

),

judged as (

    select
        *,
        case
            when line_eur < own_eur then 'line_did_not_fall'
            when own_eur < net_eur and fall_at_prices_eur - claimed_before_eur >= net_eur then 'volume_fell'
            when own_eur < net_eur and nominal_fall_eur - claimed_before_eur >= net_eur then 'price_fell'
            when own_eur < net_eur then 'line_did_not_fall'
            when is_reallocated and net_eur > 0 then 'reallocated'
            when is_fee_funded then 'fee_funded'
            else reservation
        end as line_finding,
        -- What is reversed stood until then, and is taken off by the reversal.
        case
            when is_reallocated and net_eur > 0 or line_eur = 0 and net_eur > 0 then 0
            else line_eur + reversed_eur
        end as accepted_eur
    from weighed

),

shown as (

    select
        measure_id,
        budget_line_id,
        month,
        lag(month) over by_month as month_before,
        lead(month) over by_month as month_after
    from judged
    where accepted_eur > reversed_eur
    group by measure_id, budget_line_id, month
    window by_month as (partition by measure_id, budget_line_id order by month)

),

-- What is booked again within twelve months lasts; what is not was once.
accepted as (

    select
        judged.delivery_id,
        judged.position,
        judged.accepted_eur,
        judged.is_fee_funded,
        case
            when judged.accepted_eur = 0 and judged.net_eur > 0 then 'C'
            when judged.reservation is not null then 'B'
            else 'A'
        end as cash_grade,
        coalesce(
            shown.month_before >= {{ add_months('judged.month', -12) }}
            or shown.month_after <= {{ add_months('judged.month', 12) }},
            false
        ) as is_recurring,
        judged.line_finding
    from judged
    left join shown
        on
            judged.measure_id = shown.measure_id
            and judged.budget_line_id = shown.budget_line_id
            and judged.month = shown.month

),

-- A reversal shares the fate of what it reverses.
joined as (

    select
        checked.delivery_id,
        checked.position,
        checked.measure_id,
        checked.month,
        checked.kind,
        checked.actual_eur,
        checked.actual_eur < 0 as is_negative,
        checked.taken_off_eur,
        checked.finding,
        accepted.accepted_eur,
        accepted.line_finding,
        accepted.is_recurring,
        coalesce(accepted.is_fee_funded, checked.is_fee_funded) as is_fee_funded,
        accepted.cash_grade
    from checked
    left join accepted
        on
            coalesce(checked.original_delivery_id, checked.delivery_id) = accepted.delivery_id
            and coalesce(checked.original_position, checked.position) = accepted.position

)

select
    delivery_id,
    position,
    measure_id,
    month,
    kind,
    cast(
        case
            when is_negative and kind <> 'cash_released' then -taken_off_eur
            when kind <> 'cash_released' then actual_eur
            when is_negative then case when accepted_eur > 0 then -taken_off_eur else 0 end
            else coalesce(accepted_eur, 0)
        end as decimal(18, 2)
    ) as accepted_eur,
    coalesce(
        finding,
        line_finding,
        case when kind = 'cash_released' and not is_recurring then 'one_off' end
    ) as audit_finding,
    case
        when kind = 'cash_released' and is_fee_funded then 'fee_funded'
        when kind = 'cash_released' then 'cash'
    end as cash_class,
    case when kind = 'cash_released' then coalesce(cash_grade, 'C') end as cash_grade,
    case when kind = 'cash_released' and not is_negative and accepted_eur > 0 then is_recurring end as is_recurring,
    case
        when kind = 'cash_released' and not is_negative and accepted_eur > 0 and is_recurring
            then {{ add_days(add_months('month', 13), -1) }}
    end as valid_until
from joined
