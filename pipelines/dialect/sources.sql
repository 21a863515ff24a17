{# The files the models read, as relations: what source() names is there before the first model is built. #}

{# A view (or external table) for each declared source; dbt_project.yml says where the files of its system lie. #}
{% macro register_sources() %}
    {% if execute %}
        {% for system in graph.sources.values() | map(attribute='schema') | unique %}
            {% do run_query('create schema if not exists ' ~ system) %}
        {% endfor %}
        {% for source in graph.sources.values() %}
            {% set files = env_var('PAPIERWENDE_TOWN') ~ '/' ~ var('files')[source.source_name].format(source.name) %}
            {% do run_query(view_of_files(source.schema ~ '.' ~ source.identifier, files | replace("'", "''"))) %}
        {% endfor %}
    {% endif %}
{% endmacro %}

{% macro view_of_files(relation, files) -%} {{ adapter.dispatch('view_of_files')(relation, files) }} {%- endmacro %}
{% macro default__view_of_files(relation, files) -%}
    create or replace view {{ relation }} as select * from read_parquet('{{ files }}', union_by_name = true)
{%- endmacro %}
{% macro spark__view_of_files(relation, files) -%}
    create table if not exists {{ relation }} using parquet options (path '{{ files }}', mergeSchema 'true')
{%- endmacro %}
