with

compared as (

    select * from {{ ref('int_lines_compared') }}
    where is_before_go_live

),

-- Of a running year this is the most it can still fall by: what is spent stays spent.
falls as (

    select
        *,
        base_eur - spent_eur as nominal_fall,
        base_eur * price_factor - spent_eur as fall_at_prices,
        base_eur * price_factor * volume_factor - spent_eur as fall,
        case
            when is_new then spent_eur
            else spent_eur - base_eur * price_factor * volume_factor
        end as rise
    from compared

),

sisters as (

    select
        falls.budget_line_id,
        falls.year,
        falls.base_year,
        sum(others.rise) as sister_rise
    from falls
    inner join falls as others
        on
            falls.product = others.product
            and falls.year = others.year
            and falls.base_year = others.base_year
            and falls.budget_line_id <> others.budget_line_id
    group by falls.budget_line_id, falls.year, falls.base_year

)

select
    falls.budget_line_id,
    falls.year,
    falls.base_year,
    cast(falls.nominal_fall as decimal(18, 2)) as nominal_fall_eur,
    cast(falls.fall_at_prices as decimal(18, 2)) as fall_at_prices_eur,
    cast(falls.fall as decimal(18, 2)) as fall_eur,
    cast(sisters.sister_rise as decimal(18, 2)) as sister_rise_eur,
    case
        when not falls.is_over then 'year_not_over'
        when falls.nominal_fall is null then 'no_year_before'
        when falls.fall is null then 'volume_unknown'
    end as unknown_reason
from falls
left join sisters
    on
        falls.budget_line_id = sisters.budget_line_id
        and falls.year = sisters.year
        and falls.base_year = sisters.base_year
