{# Lists and first values in an order: what engines spell differently. #}

{% macro ordered_list(value, order_by) -%} {{ adapter.dispatch('ordered_list')(value, order_by) }} {%- endmacro %}
{% macro default__ordered_list(value, order_by) -%} list({{ value }} order by {{ order_by }}) {%- endmacro %}
{% macro spark__ordered_list(value, order_by) -%}
    transform(array_sort(collect_list(struct({{ order_by }}, {{ value }} as v__))), z -> z.v__)
{%- endmacro %}

{% macro list_join(items, separator) -%} {{ adapter.dispatch('list_join')(items, separator) }} {%- endmacro %}
{% macro default__list_join(items, separator) -%} array_to_string({{ items }}, {{ separator }}) {%- endmacro %}
{% macro spark__list_join(items, separator) -%} array_join({{ items }}, {{ separator }}) {%- endmacro %}

{# Several columns as one that orders by them from left to right. #}
{% macro order_key() -%} {{ adapter.dispatch('order_key')(*varargs) }} {%- endmacro %}
{% macro default__order_key() -%} row({{ varargs | join(', ') }}) {%- endmacro %}
{% macro spark__order_key() -%} struct({{ varargs | join(', ') }}) {%- endmacro %}

{# Several quantiles of known values among some rows, linear between two values, as a list: what is ordered is held once. #}
{% macro quantiles(value, places, among='true') -%} {{ adapter.dispatch('quantiles')(value, places, among) }} {%- endmacro %}
{% macro default__quantiles(value, places, among) -%}
    quantile_cont({{ value }}, [{{ places | join(', ') }}]) filter (where {{ among }})
{%- endmacro %}
{% macro spark__quantiles(value, places, among) -%}
    percentile({{ value }}, array({{ places | join(', ') }})) filter (where {{ among }})
{%- endmacro %}

{# An item of a list, the first one is 1. #}
{% macro item(items, number) -%} {{ adapter.dispatch('item')(items, number) }} {%- endmacro %}
{% macro default__item(items, number) -%} {{ items }}[{{ number }}] {%- endmacro %}
{% macro spark__item(items, number) -%} {{ items }}[{{ number - 1 }}] {%- endmacro %}

{# The first or last known value in an order; the filter makes the engines agree about nulls. #}
{% macro first_known(value, order_by) -%}
    min_by({{ value }}, {{ order_by }}) filter (where {{ value }} is not null)
{%- endmacro %}

{% macro last_known(value, order_by) -%}
    max_by({{ value }}, {{ order_by }}) filter (where {{ value }} is not null)
{%- endmacro %}

{# The total of a column among some rows; null when one of them is unknown or there is none. #}
{% macro known_total(value, among) -%}
    case
        when count(*) filter (where {{ among }}) = count({{ value }}) filter (where {{ among }})
            then sum({{ value }}) filter (where {{ among }})
    end
{%- endmacro %}
