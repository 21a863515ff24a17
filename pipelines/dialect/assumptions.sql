{% macro minutes_id(service_code, case_type, intake_channel, valid_from) -%}
{{ service_code }} || '/' || {{ case_type }} || '/' || {{ intake_channel }} || '@' || cast({{ valid_from }} as varchar)
{%- endmacro %}
