{{ config(materialized='table') }}

with

rows_judged as (

    select *
    from {{ ref('int_rows_judged') }}
    -- No other kind of record moves a monthly figure.
    where record_kind in ('events', 'cases', 'costs')

),

rows_removed as (

    select * from {{ ref('int_rows_removed') }}

),

deliveries as (

    select * from {{ ref('int_deliveries_ranked') }}

),

published as (

    select * from {{ source('town', 'published_deliveries') }}

),

-- For the first generation nothing is new: there is none before it.
earlier as (

    select count(*) > 0 as is_there
    from published

),

deliveries_dated as (

    select
        deliveries.*,
        published.delivery_id is not null as is_known
    from deliveries
    cross join earlier
    left join published on deliveries.delivery_id = published.delivery_id
    where earlier.is_there

),

-- The dump that was the newest when the generation before was made.
dumps_known as (

    select
        *,
        row_number() over (
            partition by source, record_kind, mode
            order by stand desc, delivery_id desc
        ) as known_rank
    from deliveries_dated
    where mode = 'dump' and is_known

),

dumps_replaced as (

    select delivery_id
    from dumps_known
    where known_rank = 1 and not is_current

),

-- A list that the generation before knew took its records then.
rows_taken as (

    select
        rows_removed.record_kind,
        rows_removed.delivery_id,
        rows_removed.position
    from rows_removed
    inner join deliveries_dated on rows_removed.removed_by = deliveries_dated.delivery_id
    group by rows_removed.record_kind, rows_removed.delivery_id, rows_removed.position
    having not bool_or(deliveries_dated.is_known)

),

rows_dated as (

    select
        rows_judged.*,
        deliveries_dated.is_known
    from rows_judged
    inner join deliveries_dated on rows_judged.delivery_id = deliveries_dated.delivery_id

),

deleted as (

    select
        rows_dated.record_kind,
        rows_dated.delivery_id,
        rows_dated.position,
        'deletion' as cause
    from rows_dated
    inner join rows_taken
        on
            rows_dated.record_kind = rows_taken.record_kind
            and rows_dated.delivery_id = rows_taken.delivery_id
            and rows_dated.position = rows_taken.position
    where rows_dated.is_known and rows_dated.standing_position is null

),

dropped as (

    select
        rows_dated.record_kind,
        rows_dated.delivery_id,
        rows_dated.position,
        'correction' as cause
    from rows_dated
    inner join dumps_replaced on rows_dated.delivery_id = dumps_replaced.delivery_id
    where rows_dated.standing_position is null and not rows_dated.is_removed

),

-- What stands of a record is new when no row known before has this content.
records_renewed as (

    select
        record_kind,
        standing_delivery_id,
        standing_position,
        bool_or(is_known) as was_known
    from rows_dated
    where standing_position is not null and not is_removed
    group by record_kind, standing_delivery_id, standing_position
    having not bool_or(is_known and verdict <> 'superseded')

),

renewed as (

    select
        rows_dated.record_kind,
        rows_dated.delivery_id,
        rows_dated.position,
        case when records_renewed.was_known then 'correction' else 'late_data' end as cause
    from rows_dated
    inner join records_renewed
        on
            rows_dated.record_kind = records_renewed.record_kind
            and rows_dated.standing_delivery_id = records_renewed.standing_delivery_id
            and rows_dated.standing_position = records_renewed.standing_position
    where not rows_dated.is_removed

)

select * from deleted
union all
select * from dropped
union all
select * from renewed
