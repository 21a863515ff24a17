with

counts as (

    select *
    from {{ ref('int_counts_settled') }}
    where kind in ('post_items', 'post_cost_eur')

)

select
    counted_on as day,
    product,
    cast(round({{ known_total('value', "kind = 'post_items'") }}, 0) as bigint) as items,
    cast(round({{ known_total('value', "kind = 'post_cost_eur'") }}, 2) as decimal(18, 2)) as cost_eur
from counts
group by counted_on, product
