with

budget_lines as (

    select * from {{ ref('fct_budget_lines') }}

),

rules as (

    select * from {{ source('town', 'budget_line_rules') }}

),

bookings as (

    select * from {{ ref('int_bookings_paired') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

actuals as (

    select
        budget_line_id,
        year,
        min(product) as product,
        sum(actual_eur) as actual_eur,
        count(*) = count(actual_eur) as is_told
    from budget_lines
    group by budget_line_id, year

),

-- What the measures cost on the line is told as cost; the line is judged by what it paid beside them.
measure_costs as (

    select
        budget_line_id,
        year(month) as year,
        sum(actual_eur) as cost_eur
    from bookings
    where kind <> 'cash_released'
    group by budget_line_id, year(month)

),

ruled as (

    select
        actuals.budget_line_id,
        actuals.year,
        rules.cost_type,
        rules.is_fee_funded,
        rules.price_index,
        rules.volume_driver,
        rules.contract_ends_on,
        row_number() over (
            partition by actuals.budget_line_id, actuals.year
            order by rules.valid_from desc
        ) as rule_rank
    from actuals
    inner join rules
        on
            actuals.budget_line_id = rules.budget_line_id
            and year(rules.valid_from) <= actuals.year

)

select
    actuals.budget_line_id,
    actuals.year,
    actuals.product,
    case
        when actuals.is_told
            then cast(actuals.actual_eur - coalesce(measure_costs.cost_eur, 0) as decimal(18, 2))
    end as spent_eur,
    case when actuals.is_told then cast(actuals.actual_eur as decimal(18, 2)) end as actual_eur,
    cast(coalesce(measure_costs.cost_eur, 0) as decimal(18, 2)) as measure_cost_eur,
    ruled.budget_line_id is not null as has_rule,
    actuals.year < year(settings.as_of_month) as is_over,
    coalesce(ruled.cost_type, 'other') as cost_type,
    coalesce(ruled.is_fee_funded, false) as is_fee_funded,
    cast(coalesce(ruled.price_index, 1) as double) as price_index,
    ruled.volume_driver,
    ruled.contract_ends_on
from actuals
cross join settings
left join measure_costs
    on
        actuals.budget_line_id = measure_costs.budget_line_id
        and actuals.year = measure_costs.year
left join ruled
    on
        actuals.budget_line_id = ruled.budget_line_id
        and actuals.year = ruled.year
        and ruled.rule_rank = 1
