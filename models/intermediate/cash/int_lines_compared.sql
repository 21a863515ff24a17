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

-- Euros a booking released are judged by what the log counted: a statistic has a grade, and a factor none.
cohorts as (

    select * from {{ ref('int_logged_cohorts_counted') }}

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

pairs as (

    -- The last full year before a go-live, which a booking is judged by.
    select
        year(bookings.month) as year,
        year(measures.went_live_on) - 1 as base_year,
        true as is_before_go_live
    from bookings
    inner join measures on bookings.measure_id = measures.measure_id
    where bookings.kind = 'cash_released' and bookings.month >= {{ month_of('measures.went_live_on') }}
    union all
    -- The year before, which the budget is compared with.
    select
        year,
        year - 1 as base_year,
        false as is_before_go_live
    from rated

),

compared_years as (

    select
        year,
        base_year,
        bool_or(is_before_go_live) as is_before_go_live
    from pairs
    group by year, base_year

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
        compared_years.is_before_go_live,
        lines.is_over,
        lines.has_rule,
        lines.volume_driver,
        lines.actual_eur,
        lines.measure_cost_eur,
        lines.spent_eur,
        bases.actual_eur as base_actual_eur,
        bases.measure_cost_eur as base_measure_cost_eur,
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

)

select * from compared
