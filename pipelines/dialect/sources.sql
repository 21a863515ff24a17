{# The files the models read, as relations: what source() names is there before the first model is built. #}

{# Nothing of an earlier build: a file is new, a server may have been left by one that was killed. #}
{% macro fresh_schemas() %}
    {% if execute %} {% do adapter.dispatch('fresh_schemas')() %} {% endif %}
{% endmacro %}
{% macro default__fresh_schemas() %} {% endmacro %}
{% macro spark__fresh_schemas() %}
    {% do spark_drop_schemas() %}
    {% for schema in spark_schemas() %} {% do run_query('create schema ' ~ schema) %} {% endfor %}
{% endmacro %}

{# What was built lies in the exchange: a server keeps nothing of it. #}
{% macro leave_server() %}
    {% if execute %} {% do adapter.dispatch('leave_server')() %} {% endif %}
{% endmacro %}
{% macro default__leave_server() %} {% endmacro %}
{% macro spark__leave_server() %} {% do spark_drop_schemas() %} {% endmacro %}

{% macro spark_schemas() %}
    {% set models = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') %}
    {{ return((models | map(attribute='schema') | list + graph.sources.values() | map(attribute='schema') | list) | unique) }}
{% endmacro %}

{% macro spark_drop_schemas() %}
    {% for schema in spark_schemas() %} {% do run_query('drop schema if exists ' ~ schema ~ ' cascade') %} {% endfor %}
{% endmacro %}

{# A view (or external table) for each declared source; dbt_project.yml says where the files of its system lie. #}
{% macro register_sources() %}
    {% if execute %}
        {% for schema in graph.sources.values() | map(attribute='schema') | unique %}
            {% do run_query('create schema if not exists ' ~ schema) %}
        {% endfor %}
        {% for source in graph.sources.values() %}
            {% do run_query(relation_of_files(source)) %}
        {% endfor %}
    {% endif %}
{% endmacro %}

{% macro relation_of_files(source) -%} {{ adapter.dispatch('relation_of_files')(source) }} {%- endmacro %}
{% macro default__relation_of_files(source) -%}
    {% set files = env_var('PAPIERWENDE_TOWN') ~ '/' ~ var('files')[source.source_name].format(source.name) %}
    create or replace view {{ source.schema }}.{{ source.identifier }} as
    select * from read_parquet('{{ files | replace("'", "''") }}', union_by_name = true)
{%- endmacro %}
{% macro spark__relation_of_files(source) -%}
    {% set files = var('exchanged')[source.source_name].format(source.name) %}
    create table {{ source.schema }}.{{ source.identifier }} using parquet
    options (path '{{ env_var('PAPIERWENDE_EXCHANGE') }}/{{ files }}', mergeSchema 'true')
{%- endmacro %}
