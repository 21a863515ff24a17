{# The records of a kind that stand, each with the earliest stand at which its source reported it. #}
{% macro admitted(kind, records) %}
select
    records.*,
    judged.first_reported_at
from {{ records }} as records
inner join {{ ref('int_rows_judged') }} as judged
    on
        records.delivery_id = judged.delivery_id
        and records.position = judged.position
where judged.record_kind = '{{ kind }}' and judged.verdict = 'admitted'
{% endmacro %}
