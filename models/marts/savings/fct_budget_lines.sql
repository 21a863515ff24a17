with

budget_lines as (

    select * from {{ ref('stg_landing__budget_lines') }}

),

budget_lines_admitted as (

    select *
    from {{ ref('int_rows_judged') }}
    where record_kind = 'budget_lines' and verdict = 'admitted'

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
    budget_lines.delivery_id
from budget_lines
inner join budget_lines_admitted
    on
        budget_lines.delivery_id = budget_lines_admitted.delivery_id
        and budget_lines.position = budget_lines_admitted.position
