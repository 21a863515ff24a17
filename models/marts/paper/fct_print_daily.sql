with

counts as (

    select *
    from {{ ref('int_counts_settled') }}
    where kind in ('printed_pages', 'printed_sheets')

)

select
    counted_on as day,
    unit_code,
    cast(round({{ known_total('value', "kind = 'printed_pages'") }}, 0) as bigint) as pages,
    cast(round({{ known_total('value', "kind = 'printed_sheets'") }}, 0) as bigint) as sheets
from counts
group by counted_on, unit_code
