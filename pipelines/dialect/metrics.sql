{# What the yml of a reporting table says of a metric at its column: config.meta.metric. #}

{#
    One dictionary per metric, ordered by its key: its facts, its table and column, and the name of its base. While dbt
    parses, there is no graph yet, and no metric.
    A column that only names a metric (metric: on_time_share) shows one whose facts stand elsewhere.
#}
{% macro metric_facts() %}
{%- set found = [] -%}
{%- for node in (graph.nodes | default({})).values() if node.resource_type == 'model' -%}
{%- for column in node.columns.values() if column.meta.metric is mapping -%}
    {%- set facts = column.meta.metric -%}
    {%- set base = facts.denominator or facts.n -%}
    {%- set base_says = node.columns[base].meta if base else {} -%}
    {%- do found.append(dict(
        facts,
        metric=facts.key or column.name,
        column_name=column.name,
        table_name=node.name,
        n_column=base,
        n_name_de=base_says.n_de or (base_says.metric or {}).name_de,
    )) -%}
{%- endfor -%}
{%- endfor -%}
{{ return(found | sort(attribute='metric')) }}
{%- endmacro %}

{# A text as SQL writes it, null where there is none. #}
{% macro text_literal(value) -%}
{{ 'null' if value is none or value is undefined else "'" ~ (value | string | replace("'", "''")) ~ "'" }}
{%- endmacro %}
