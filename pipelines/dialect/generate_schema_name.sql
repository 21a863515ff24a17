{# A model's schema is exactly the one it names: monitor, staging or intermediate, never main_monitor. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
