{# A model's schema is exactly the one it names: monitor, staging or intermediate, never main_monitor. A file holds one
   town; a Spark server may hold many, and what is a town's begins with a name of its own there. #}
{% macro generate_schema_name(custom_schema_name, node) -%} {{ adapter.dispatch('generate_schema_name')(custom_schema_name) }} {%- endmacro %}
{% macro default__generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
{% macro spark__generate_schema_name(custom_schema_name, node) -%}
    {{ target.schema }}{{ '_' ~ custom_schema_name | trim if custom_schema_name }}
{%- endmacro %}
