{# What several models on savings must judge alike. #}

{# Whether a month of a measure on a service stands, in the headline or beneath it: it was not refused, and is over. #}
{% macro stands(claim_state) -%} {{ claim_state }} in ('claimed', 'beneath') {%- endmacro %}

{# Which row of minutes answers for a case type: its own before that of all types, of those the youngest. #}
{% macro own_minutes_first(minutes) -%}
    case when {{ minutes }}.case_type = 'all' then 1 else 0 end asc, {{ minutes }}.valid_from desc
{%- endmacro %}

{# What names a dated value of minutes. #}
{% macro minutes_id(service_code, case_type, intake_channel, valid_from) -%}
{{ service_code }} || '/' || {{ case_type }} || '/' || {{ intake_channel }} || '@' || cast({{ valid_from }} as string)
{%- endmacro %}
