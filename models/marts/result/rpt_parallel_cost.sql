with

opened as (

    select * from {{ ref('int_paper_routes_opened') }}

),

cash as (

    select * from {{ ref('int_cash_totalled') }}

),

measures as (

    select * from {{ source('town', 'measures') }}

),

measure_plans as (

    select * from {{ source('town', 'measure_plans') }}

),

months as (

    select * from {{ ref('int_months_covered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

known as (

    select
        opened.measure_id,
        opened.month,
        opened.paper_in_cases,
        measures.paper_route_closed_on,
        cash.parallel_cost_eur,
        cash.running_cost_eur,
        measure_plans.paper_route_eur,
        count(*) over (
            partition by opened.measure_id order by opened.month
            rows between unbounded preceding and current row
        ) as open_months,
        case
            when cash.measure_id is null or cash.cash_state = 'not_told' then 'not_told'
            when cash.cash_state = 'finance_silent' then 'finance_silent'
            when cash.parallel_cost_eur is null then 'parallel_cost_unknown'
            when measure_plans.paper_route_eur is null then 'paper_route_cost_unknown'
        end as unknown_reason
    from opened
    cross join settings
    inner join measures on opened.measure_id = measures.measure_id
    left join cash
        on
            opened.measure_id = cash.measure_id
            and opened.month = cash.month
    left join measure_plans on opened.measure_id = measure_plans.measure_id
    where opened.month < settings.as_of_month

)

-- What another month costs ends with the paper route; what the new one costs goes on, and stands beside it.
select
    known.measure_id,
    known.month,
    cast(known.open_months as bigint) as open_month_count,
    cast(known.paper_in_cases as bigint) as paper_in_cases,
    known.paper_route_closed_on,
    cast(known.parallel_cost_eur as decimal(18, 2)) as parallel_cost_eur,
    cast(known.paper_route_eur as decimal(18, 2)) as paper_route_eur,
    cast(known.parallel_cost_eur + known.paper_route_eur as decimal(18, 2)) as month_cost_eur,
    cast(known.running_cost_eur as decimal(18, 2)) as running_cost_eur,
    known.unknown_reason,
    case when known.unknown_reason is null then 'B' end as evidence_grade,
    months.coverage_share,
    months.is_provisional or coalesce(known.unknown_reason = 'finance_silent', false) as is_provisional,
    known.paper_in_cases < settings.min_cases as is_small_cell
from known
inner join months on known.month = months.month
cross join settings
