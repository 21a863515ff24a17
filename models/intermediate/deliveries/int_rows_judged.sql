{{ config(materialized='table') }}

with

rows_identified as (

    select * from {{ ref('int_rows_identified') }}

),

rows_removed as (

    select distinct
        record_kind,
        delivery_id,
        position,
        true as is_removed
    from {{ ref('int_rows_removed') }}

),

deliveries as (

    select * from {{ ref('int_deliveries_ranked') }}

),

-- Attributes that event rows carried share the file of the case records but are not rows of their delivery.
rows_counted as (

    select
        rows_identified.record_kind,
        rows_identified.source,
        -- Events that a source numbers as another one does are the same events; all else is its source's own.
        case
            when rows_identified.is_numbered then deliveries.events_numbered_by else rows_identified.source
        end as numbered_by,
        rows_identified.delivery_id,
        rows_identified.position,
        rows_identified.identity,
        rows_identified.content,
        rows_identified.lasting,
        rows_identified.version,
        rows_identified.changed_at,
        deliveries.stand,
        coalesce(deliveries.same_key_adds_up, false) as same_key_adds_up,
        deliveries.mode = 'increment' and not deliveries.corrects as adds_records,
        coalesce(rows_removed.is_removed, false) as is_removed,
        not deliveries.is_current or coalesce(rows_removed.is_removed, false) as is_withdrawn
    from rows_identified
    inner join deliveries
        on
            rows_identified.delivery_id = deliveries.delivery_id
            and rows_identified.record_kind = deliveries.record_kind
    left join rows_removed
        on
            rows_identified.record_kind = rows_removed.record_kind
            and rows_identified.delivery_id = rows_removed.delivery_id
            and rows_identified.position = rows_removed.position

),

rows_repeated as (

    select * from rows_counted
    where content is not null

),

-- Nothing else bears the identity of a row without a fingerprint of its content.
told_once as (

    select
        record_kind,
        source,
        delivery_id,
        position,
        case when is_withdrawn then 'superseded' else 'admitted' end as verdict,
        is_removed,
        false as is_contradicted,
        case when not is_removed then stand end as first_reported_at,
        case when not is_withdrawn then delivery_id end as standing_delivery_id,
        case when not is_withdrawn then position end as standing_position,
        case when not is_withdrawn then version is not null or changed_at is not null end as standing_is_versioned
    from rows_counted
    where content is null

),

-- The newest row stands: by the source's version, its time of change, else the stand; never by arrival.
compared as (

    select
        *,
        not first_value(is_withdrawn) over newest_first as is_carried,
        min(case when not is_removed then stand end) over (
            partition by record_kind, numbered_by, identity
        ) as first_reported_at,
        first_value(content) over newest_first as standing_content,
        first_value(lasting) over newest_first as standing_lasting,
        first_value(source) over newest_first as standing_source,
        first_value(delivery_id) over newest_first as standing_delivery_id,
        first_value(position) over newest_first as standing_position,
        first_value(stand) over newest_first as standing_stand,
        first_value(version) over newest_first as standing_version,
        first_value(changed_at) over newest_first as standing_changed_at,
        first_value(version is not null or changed_at is not null) over newest_first as standing_is_versioned
    from rows_repeated
    window newest_first as (
        partition by record_kind, numbered_by, identity
        order by
            is_withdrawn asc, version desc nulls last, changed_at desc nulls last,
            stand desc, delivery_id desc, position desc
    )

),

-- An event keeps the first delivery that holds it; any other record stands with the newest one.
ranked as (

    select
        *,
        -- Of rows that add up the delivery which stands may hold each again.
        same_key_adds_up and max(case when delivery_id = standing_delivery_id then 1 else 0 end) over (
            partition by record_kind, numbered_by, identity, content
        ) = 1 as is_told_again,
        row_number() over (
            partition by record_kind, numbered_by, identity
            order by
                is_removed asc,
                case when content = standing_content then 0 else 1 end asc,
                case when record_kind = 'events' then stand end asc,
                case when record_kind = 'events' then delivery_id end asc,
                case when record_kind = 'events' then position end asc,
                is_withdrawn asc, version desc nulls last, changed_at desc nulls last,
                stand desc, delivery_id desc, position desc
        ) as standing_rank
    from compared

),

judged as (

    select
        record_kind,
        source,
        delivery_id,
        position,
        case
            when is_removed or not is_carried then 'superseded'
            when standing_rank = 1 then 'admitted'
            when same_key_adds_up and delivery_id = standing_delivery_id then 'admitted'
            when content = standing_content or source <> standing_source then 'duplicate'
            else 'superseded'
        end as verdict,
        is_removed,
        -- Nothing says why the other row stands: no version, no time of change, no list. A later delivery says it only
        -- of what may change: a booking, a scan, a document or a day's count does not once it happened.
        coalesce(
            is_carried
            and not is_removed
            and not (same_key_adds_up and delivery_id = standing_delivery_id)
            and not is_told_again
            and standing_rank > 1
            and content <> standing_content
            and source = standing_source
            and (standing_stand <= stand or (adds_records and lasting <> standing_lasting))
            and (version = standing_version or (version is null and standing_version is null))
            and (changed_at = standing_changed_at or (changed_at is null and standing_changed_at is null)),
            false
        ) as is_contradicted,
        first_reported_at,
        case when is_carried then standing_delivery_id end as standing_delivery_id,
        case when is_carried then standing_position end as standing_position,
        case when is_carried then standing_is_versioned end as standing_is_versioned
    from ranked

)

select * from judged
union all
select * from told_once
