{# What a division gives, in whole cents or other parts of one. #}

{# Half a part away from nothing. A cast alone rounds the number as it is written in Spark and as it is held in DuckDB:
   1.005 would be 1.01 in the one and 1.00 in the other. #}
{% macro rounded(amount, digits=2) -%}
    cast(
        cast(round(({{ amount }}) * 1{{ '0' * digits }}) as bigint) * 0.{{ '0' * (digits - 1) }}1 as decimal(18, {{ digits }})
    )
{%- endmacro %}
