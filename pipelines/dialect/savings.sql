{# What several models on savings must judge alike. #}

{# Whether a month of a measure on a service stands, in the headline or beneath it: it was not refused, and is over. #}
{% macro stands(claim_state) -%} {{ claim_state }} in ('claimed', 'beneath') {%- endmacro %}
