with

counts as (

    select *
    from {{ ref('int_counts_settled') }}
    where kind in ('shelf_metres', 'files')

)

select
    counted_on,
    unit_code,
    cast({{ known_total('value', "kind = 'shelf_metres'") }} as decimal(18, 4)) as shelf_metres,
    cast(round({{ known_total('value', "kind = 'files'") }}, 0) as bigint) as files
from counts
group by counted_on, unit_code
