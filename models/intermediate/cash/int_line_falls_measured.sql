with

rated as (

    select * from {{ ref('int_budget_lines_rated') }}

),

successors as (

    select * from {{ source('town', 'successors') }}

),

bookings as (

    select * from {{ ref('int_bookings_paired') }}

),

measures as (

    select * from {{ source('town', 'measures') }}

),

cohorts as (

    select * from {{ ref('int_cohorts_counted') }}

),

lines as (

    select
        rated.*,
        coalesce(successors.current_service_code, rated.volume_driver) as driving_service_code
    from rated
    left join successors on rated.volume_driver = successors.service_code

),

-- A year of which a month is missing is no year.
received as (

    select
        service_code,
        year(month) as year,
        case when count(distinct month) = 12 then sum(received_cases) end as received_cases
    from cohorts
    group by service_code, year(month)

),

compared_years as (

    select distinct
        year(bookings.month) as year,
        year(measures.went_live_on) - 1 as base_year
    from bookings
    inner join measures on bookings.measure_id = measures.measure_id
    where bookings.kind = 'cash_released' and bookings.month >= {{ month_of('measures.went_live_on') }}

),

years_told as (

    select distinct year from lines

),

compared as (

    select
        lines.budget_line_id,
        lines.product,
        compared_years.year,
        compared_years.base_year,
        lines.is_over,
        lines.spent_eur,
        bases.spent_eur as base_eur,
        bases.budget_line_id is null and years_told.year is not null as is_new,
        lines.price_index / coalesce(bases.price_index, 1) as price_factor,
        case
            when lines.volume_driver is null then 1
            else cast(now.received_cases as double) / nullif(earlier.received_cases, 0)
        end as volume_factor
    from lines
    inner join compared_years on lines.year = compared_years.year
    left join years_told on compared_years.base_year = years_told.year
    left join lines as bases
        on
            lines.budget_line_id = bases.budget_line_id
            and compared_years.base_year = bases.year
    left join received as now
        on
            lines.driving_service_code = now.service_code
            and compared_years.year = now.year
    left join received as earlier
        on
            lines.driving_service_code = earlier.service_code
            and compared_years.base_year = earlier.year

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
