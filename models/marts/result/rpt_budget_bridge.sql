with

steps as (

    select * from {{ ref('int_bridge_steps_measured') }}

),

budget_lines as (

    select * from {{ ref('fct_budget_lines') }}

),

ledger as (

    select * from {{ ref('fct_savings_ledger') }}

),

months as (

    select * from {{ ref('int_months_covered') }}

),

appropriated as (

    select
        budget_line_id,
        year,
        case
            when count(*) = count(appropriation_eur)
                then sum(appropriation_eur) + coalesce(sum(supplementary_eur), 0)
        end as appropriated_eur
    from budget_lines
    group by budget_line_id, year

),

-- Recorded relief says its line in its resource: euro/<line>/<booking>; what was measured and stands is shown today.
recorded as (

    select
        split_part(resource, '/', 2) as budget_line_id,
        year(month) as year,
        {{ list_join(ordered_list('ledger_id', 'ledger_id'), "', '") }} as ledger_id
    from ledger
    where effect_class = 'cash_released' and shown_net is not null
    group by split_part(resource, '/', 2), year(month)

),

years_covered as (

    select
        year(month) as year,
        min(coverage_share) as coverage_share,
        bool_or(is_provisional) or count(*) < 12 as is_provisional
    from months
    group by year(month)

)

select
    steps.budget_line_id,
    steps.year,
    steps.step,
    cast(steps.step_number as bigint) as step_number,
    cast(steps.amount_eur as decimal(18, 2)) as amount_eur,
    steps.unknown_reason,
    steps.unknown_parts,
    steps.product,
    cast(appropriated.appropriated_eur as decimal(18, 2)) as appropriated_eur,
    recorded.ledger_id,
    cast(steps.booking_count as bigint) as booking_count,
    steps.evidence_grade,
    years_covered.coverage_share,
    coalesce(years_covered.is_provisional, true) as is_provisional,
    false as is_small_cell
from steps
left join appropriated
    on
        steps.budget_line_id = appropriated.budget_line_id
        and steps.year = appropriated.year
left join recorded
    on
        steps.step = 'proven_digital_saving'
        and steps.budget_line_id = recorded.budget_line_id
        and steps.year = recorded.year
left join years_covered on steps.year = years_covered.year
