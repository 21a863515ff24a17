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

),

-- What another month costs ends with the paper route; what the new one costs goes on, and stands beside it.
costed as (

    select
        *,
        parallel_cost_eur + paper_route_eur as month_cost_eur
    from known

),

totalled as (

    select
        coalesce(measure_id, 'all') as measure_id,
        month,
        max(open_months) as open_months,
        sum(paper_in_cases) as paper_in_cases,
        case when count(*) = count(month_cost_eur) then sum(parallel_cost_eur) end as parallel_cost_eur,
        case when count(*) = count(month_cost_eur) then sum(paper_route_eur) end as paper_route_eur,
        {{ known_total('month_cost_eur', 'true') }} as month_cost_eur,
        sum(month_cost_eur) as known_month_cost_eur,
        count(month_cost_eur) as known_measures,
        count(*) - count(month_cost_eur) as unknown_measures,
        {{ known_total('running_cost_eur', 'true') }} as running_cost_eur,
        bool_or(unknown_reason = 'finance_silent') as is_finance_silent
    from costed
    group by month, cube (measure_id)

)

select
    totalled.measure_id,
    totalled.month,
    cast(totalled.open_months as bigint) as open_month_count,
    cast(totalled.paper_in_cases as bigint) as paper_in_cases,
    costed.paper_route_closed_on,
    cast(coalesce(costed.parallel_cost_eur, totalled.parallel_cost_eur) as decimal(18, 2)) as parallel_cost_eur,
    cast(coalesce(costed.paper_route_eur, totalled.paper_route_eur) as decimal(18, 2)) as paper_route_eur,
    cast(totalled.month_cost_eur as decimal(18, 2)) as month_cost_eur,
    cast(totalled.known_month_cost_eur as decimal(18, 2)) as known_month_cost_eur,
    cast(totalled.known_measures as bigint) as known_measure_count,
    cast(totalled.unknown_measures as bigint) as unknown_measure_count,
    cast(totalled.running_cost_eur as decimal(18, 2)) as running_cost_eur,
    case
        when totalled.measure_id <> 'all' then costed.unknown_reason
        when totalled.month_cost_eur is null then 'measures_unknown'
    end as unknown_reason,
    case when totalled.month_cost_eur is not null then 'B' end as evidence_grade,
    months.coverage_share,
    months.is_provisional or coalesce(totalled.is_finance_silent, false) as is_provisional,
    totalled.paper_in_cases < settings.min_cases as is_small_cell
from totalled
inner join months on totalled.month = months.month
cross join settings
left join costed
    on
        totalled.measure_id = costed.measure_id
        and totalled.month = costed.month
