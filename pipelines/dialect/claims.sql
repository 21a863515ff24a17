{# The forms a claim about a table can take; each use has a name in words and a sentence in its yml. #}

{# Every row fulfils the expression; a row where it is null does not. #}
{% test holds(model, expression) %}
select *
from {{ model }}
where not coalesce(({{ expression }}), false)
{% endtest %}

{# No two rows share the key; null counts as a value. #}
{% test one_row_per(model, key) %}
select
    {{ key | join(', ') }},
    count(*) as rows_found
from {{ model }}
group by {{ key | join(', ') }}
having count(*) > 1
{% endtest %}

{# A total of this table equals one of another table, each among some of its rows; {this} stands for this table,
   {other} for the other. Without another table it is compared with other rows of this one, without another total the
   same is taken there. #}
{% test same_total(model, total, other=none, other_total=none, among='true', other_among='true') %}
with
this_side as (
    select {{ total }} as total
    from {{ model }}
    where {{ among | replace('{this}', model) }}
),

other_side as (
    select {{ other_total or total }} as total
    from {{ other or model }}
    where {{ other_among | replace('{this}', model) | replace('{other}', other or model) }}
)

select
    this_side.total as found,
    other_side.total as expected
from this_side
cross join other_side
where coalesce(this_side.total, 0) <> coalesce(other_side.total, 0)
{% endtest %}

{# The parts of each whole add up to it, within a hundred thousandth. #}
{% test parts_add_up(model, part, key, whole, whole_total) %}
with
parts as (
    select
        {{ key }},
        sum({{ part }}) as part_total
    from {{ model }}
    group by {{ key }}
)

select
    whole.{{ key }},
    parts.part_total,
    whole.{{ whole_total }}
from {{ whole }} as whole
left join parts on whole.{{ key }} = parts.{{ key }}
where abs(coalesce(parts.part_total, 0) - coalesce(whole.{{ whole_total }}, 0)) > 0.00001
{% endtest %}

{# Amounts that share a key add up to nothing, to the cent; only keys whose rows are complete are looked at. #}
{% test balances(model, amount, key, among='true', complete='true') %}
select
    {{ key | join(', ') }},
    sum({{ amount }}) as found
from {{ model }}
where {{ among | replace('{this}', model) }}
group by {{ key | join(', ') }}
having {{ complete }} and sum({{ amount }}) <> 0
{% endtest %}
