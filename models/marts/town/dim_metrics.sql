{% set texts = [
    'metric', 'name_de', 'name_en', 'question_de', 'formula', 'version', 'unit', 'direction', 'table_name', 'asked_by',
    'purpose', 'formula_de', 'column_name', 'numerator', 'n_column', 'n_name_de'
] %}

with

-- A metric's facts stand at its column, in the yml of its reporting table.
facts (
    metric, name_de, name_en, question_de, formula, formula_version, unit, direction, table_name, asked_by, purpose,
    formula_de, column_name, numerator_column, n_column, n_name_de, digits
) as (

    values
    {%- for facts in metric_facts() %}
        (
            {%- for name in texts %}
                {{ text_literal(facts[name]) }},
            {%- endfor %}
            {{ facts.digits or 0 }}
        ){{ ',' if not loop.last }}
    {%- endfor %}

)

select
    metric,
    name_de,
    name_en,
    question_de,
    formula,
    formula_de,
    formula_version,
    unit,
    direction,
    cast(digits as bigint) as digits,
    table_name,
    column_name,
    numerator_column,
    n_column,
    n_name_de,
    asked_by,
    purpose
from facts
