{{ config(materialized='table') }}

with

services as (

    select * from {{ source('town', 'services') }}

),

posts as (

    select * from {{ ref('fct_posts') }}

),

months as (

    select month from {{ ref('int_months_covered') }}

),

rates as (

    select
        month,
        assumption,
        cast(rate_eur_per_hour as double) as rate,
        cast(low_eur_per_hour as double) as rate_low,
        cast(high_eur_per_hour as double) as rate_high
    from {{ ref('int_staff_rates_read') }}

),

-- Where one grade stands in two levels (E9, A9, A13), the lower one: no hour is worth more than is certain.
levelled as (

    select
        office_code,
        fte,
        case
            when
                grade in (
                    'E1', 'E2', 'E2Ü', 'E3', 'E4', 'E5', 'E6', 'E7', 'E8', 'E9', 'E9a',
                    'A3', 'A4', 'A5', 'A6', 'A7', 'A8', 'A9'
                ) then 'staff_cost_rate_middle'
            when grade in ('E9b', 'E9c', 'E10', 'E11', 'E12', 'A10', 'A11', 'A12', 'A13')
                then 'staff_cost_rate_upper'
            when grade in ('E13', 'E14', 'E15', 'E15Ü', 'A14', 'A15', 'A16') then 'staff_cost_rate_higher'
        end as assumption
    from posts
    where fte > 0

),

staffed as (

    select
        office_code,
        assumption,
        sum(fte) as fte
    from levelled
    where assumption is not null
    group by office_code, assumption

),

-- A level without a rate leaves the office without one.
office_rates as (

    select
        staffed.office_code,
        months.month,
        case when count(rates.rate) = count(*) then sum(staffed.fte * rates.rate) end as weighted_rate,
        sum(staffed.fte * rates.rate_low) as weighted_rate_low,
        sum(staffed.fte * rates.rate_high) as weighted_rate_high,
        sum(staffed.fte) as fte
    from staffed
    cross join months
    left join rates on staffed.assumption = rates.assumption and months.month = rates.month
    group by staffed.office_code, months.month

),

joined as (

    select
        services.service_code,
        months.month,
        case
            when own.rate is not null then 'service'
            when office_rates.weighted_rate is not null then 'posts'
            when town.rate is not null then 'town'
        end as rate_basis,
        own.rate as own_rate,
        own.rate_low as own_rate_low,
        own.rate_high as own_rate_high,
        office_rates.weighted_rate,
        office_rates.weighted_rate_low,
        office_rates.weighted_rate_high,
        office_rates.fte,
        town.rate as town_rate,
        town.rate_low as town_rate_low,
        town.rate_high as town_rate_high
    from services
    cross join months
    left join rates as own
        on
            own.assumption = 'staff_cost_rate.' || services.service_code
            and months.month = own.month
    left join office_rates
        on
            services.office_code = office_rates.office_code
            and months.month = office_rates.month
    left join rates as town
        on
            town.assumption = 'staff_cost_rate'
            and months.month = town.month

)

select
    service_code,
    month,
    rate_basis,
    case rate_basis
        when 'service' then own_rate
        when 'posts' then weighted_rate / cast(fte as double)
        when 'town' then town_rate
    end as hour_eur,
    case rate_basis
        when 'service' then own_rate_low
        when 'posts' then weighted_rate_low / cast(fte as double)
        when 'town' then town_rate_low
    end as hour_low_eur,
    case rate_basis
        when 'service' then own_rate_high
        when 'posts' then weighted_rate_high / cast(fte as double)
        when 'town' then town_rate_high
    end as hour_high_eur
from joined
