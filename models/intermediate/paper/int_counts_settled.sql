with

counts as (

    {{ admitted('counts', source('landing', 'counts')) }}

),

deliveries as (

    select * from {{ ref('int_deliveries_ranked') }}

),

told as (

    select
        counts.source,
        counts.counted_on,
        counts.kind,
        counts.value,
        coalesce(counts.unit_code, 'unknown') as unit_code,
        coalesce(counts.product, 'unknown') as product,
        coalesce(counts.count_ref, '') as count_ref,
        deliveries.source_rank
    from counts
    inner join deliveries on counts.delivery_id = deliveries.delivery_id

),

-- Several devices of one source add up; of several sources that count the same one speaks.
ranked as (

    select
        *,
        max(case when value is not null then 1 else 0 end) over (
            partition by counted_on, kind, unit_code, product, count_ref, source
        ) as source_knows
    from told

),

settled as (

    select
        counted_on,
        unit_code,
        kind,
        product,
        value,
        source,
        rank() over (
            partition by counted_on, kind, unit_code, product, count_ref
            order by source_knows desc, source_rank asc, source asc
        ) as precedence
    from ranked

)

select
    counted_on,
    unit_code,
    kind,
    product,
    value,
    source
from settled
where precedence = 1
