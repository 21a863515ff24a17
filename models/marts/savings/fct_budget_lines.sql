with

budget_lines as (

    {{ admitted('budget_lines', source('landing', 'budget_lines')) }}

)

select
    budget_lines.budget_line_id,
    budget_lines.product,
    budget_lines.account,
    budget_lines.year,
    cast(budget_lines.appropriation_eur as decimal(18, 2)) as appropriation_eur,
    cast(budget_lines.supplementary_eur as decimal(18, 2)) as supplementary_eur,
    cast(budget_lines.actual_eur as decimal(18, 2)) as actual_eur,
    budget_lines.source,
    budget_lines.delivery_id,
    budget_lines.position
from budget_lines
