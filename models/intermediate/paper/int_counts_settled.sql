with

counts as (

    {{ admitted('counts', source('landing', 'counts')) }}

),

deliveries as (

    select * from {{ ref('int_deliveries_ranked') }}

),

standing as (

    select
        counts.source,
        counts.counted_on,
        counts.kind,
        counts.value,
        coalesce(counts.unit_code, 'unknown') as unit_code,
        coalesce(counts.product, 'unknown') as product,
        row_number() over (
            partition by
                counts.counted_on, counts.kind,
                coalesce(counts.unit_code, 'unknown'), coalesce(counts.product, 'unknown'),
                coalesce(counts.count_ref, '')
            order by
                case when counts.value is null then 1 else 0 end asc, deliveries.source_rank asc,
                counts.source asc, deliveries.stand desc, counts.delivery_id desc, counts.position desc
        ) as precedence
    from counts
    inner join deliveries on counts.delivery_id = deliveries.delivery_id

),

settled as (

    select
        counted_on,
        unit_code,
        kind,
        product,
        value,
        source
    from standing
    where precedence = 1

)

select * from settled
