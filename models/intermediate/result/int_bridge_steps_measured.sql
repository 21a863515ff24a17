with

compared as (

    select * from {{ ref('int_lines_compared') }}
    where base_year = year - 1 and is_over

),

checked as (

    select * from {{ ref('int_bookings_checked') }}

),

audited as (

    select * from {{ ref('int_bookings_audited') }}

),

finance as (

    select max(month) as last_told_month from checked

),

-- What stood the audit, on which line, by year; what went to sister lines is a transfer.
booked as (

    select
        checked.budget_line_id,
        checked.year,
        sum(case when audited.cash_class = 'cash' then audited.accepted_eur else 0 end) as proven_eur,
        sum(case when audited.cash_class = 'fee_funded' then audited.accepted_eur else 0 end) as fee_funded_eur,
        sum(case when audited.audit_finding = 'reallocated' then checked.net_eur else 0 end) as transferred_eur,
        count(case when audited.accepted_eur > 0 and checked.kind = 'cash_released' then 1 end) as booking_count,
        max(case when audited.cash_class = 'cash' and audited.accepted_eur > 0 then audited.cash_grade end)
            as cash_grade
    from checked
    inner join audited
        on
            checked.delivery_id = audited.delivery_id
            and checked.position = audited.position
    group by checked.budget_line_id, checked.year

),

facts as (

    select
        compared.budget_line_id,
        compared.product,
        compared.year,
        compared.has_rule,
        compared.volume_driver,
        compared.actual_eur,
        finance.last_told_month is not null as has_bookings,
        coalesce(
            year(finance.last_told_month) * 12 + month(finance.last_told_month) >= compared.year * 12 + 12, false
        ) as is_told,
        case when compared.is_new then 0 else compared.base_actual_eur end as old_eur,
        case when compared.is_new then 0 else compared.base_eur end as base_eur,
        compared.price_factor,
        compared.volume_factor,
        coalesce(now.proven_eur, 0) - coalesce(earlier.proven_eur, 0) as proven_eur,
        compared.measure_cost_eur - coalesce(compared.base_measure_cost_eur, 0) as measure_cost_eur,
        coalesce(now.fee_funded_eur, 0) - coalesce(earlier.fee_funded_eur, 0) as fee_funded_eur,
        coalesce(now.transferred_eur, 0) - coalesce(earlier.transferred_eur, 0) as transferred_eur,
        coalesce(now.booking_count, 0) as booking_count,
        greatest(now.cash_grade, earlier.cash_grade) as evidence_grade
    from compared
    cross join finance
    left join booked as now
        on
            compared.budget_line_id = now.budget_line_id
            and compared.year = now.year
    left join booked as earlier
        on
            compared.budget_line_id = earlier.budget_line_id
            and compared.base_year = earlier.year

),

-- What nobody told is unknown here, and stays in what is not explained.
measured as (

    select
        *,
        case when has_rule then cast(base_eur * (price_factor - 1) as decimal(18, 2)) end as price_eur,
        case
            when has_rule then cast(base_eur * price_factor * (volume_factor - 1) as decimal(18, 2))
        end as volume_eur,
        case when is_told and old_eur is not null then -proven_eur end as saving_eur,
        case
            when is_told and old_eur is not null then measure_cost_eur - fee_funded_eur - transferred_eur
        end as other_eur
    from facts

),

explained as (

    select
        *,
        actual_eur - old_eur - coalesce(price_eur, 0) - coalesce(volume_eur, 0) - coalesce(saving_eur, 0)
        - coalesce(other_eur, 0) as unexplained_eur,
        case
            when not has_bookings then 'no_bookings'
            when not is_told then 'finance_silent'
            when old_eur is null then 'no_year_before'
        end as untold_reason,
        nullif(
            concat_ws(
                ', ',
                case when price_eur is null then 'price' end,
                case when volume_eur is null then 'volume' end,
                case when saving_eur is null then 'proven_digital_saving' end,
                case when other_eur is null then 'other_measures' end
            ), ''
        ) as unknown_parts
    from measured

),

steps as (

    select
        'old' as step,
        1 as step_number
    union all
    select
        'price' as step,
        2 as step_number
    union all
    select
        'volume' as step,
        3 as step_number
    union all
    select
        'proven_digital_saving' as step,
        4 as step_number
    union all
    select
        'other_measures' as step,
        5 as step_number
    union all
    select
        'unexplained' as step,
        6 as step_number
    union all
    select
        'actual' as step,
        7 as step_number

),

laid_out as (

    select
        explained.budget_line_id,
        explained.product,
        explained.year,
        steps.step,
        steps.step_number,
        case steps.step
            when 'old' then explained.old_eur
            when 'price' then explained.price_eur
            when 'volume' then explained.volume_eur
            when 'proven_digital_saving' then explained.saving_eur
            when 'other_measures' then explained.other_eur
            when 'unexplained' then explained.unexplained_eur
            else explained.actual_eur
        end as amount_eur,
        case
            when steps.step = 'old' and explained.old_eur is null then 'no_year_before'
            when steps.step = 'actual' and explained.actual_eur is null then 'not_booked'
            when steps.step in ('price', 'volume') and not explained.has_rule then 'no_rule'
            when steps.step in ('price', 'volume') and explained.base_eur is null then 'no_year_before'
            when steps.step = 'volume' and explained.volume_eur is null then 'volume_unknown'
            when steps.step in ('proven_digital_saving', 'other_measures') then explained.untold_reason
            when steps.step = 'unexplained' and explained.actual_eur is null then 'not_booked'
            when steps.step = 'unexplained' and explained.old_eur is null then 'no_year_before'
        end as unknown_reason,
        case when steps.step = 'unexplained' then explained.unknown_parts end as unknown_parts,
        explained.booking_count,
        explained.evidence_grade
    from explained
    cross join steps

)

select * from laid_out
