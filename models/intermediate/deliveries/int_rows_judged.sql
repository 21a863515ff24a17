{{ config(materialized='table') }}

with

rows_identified as (

    select * from {{ ref('int_rows_identified') }}

),

deliveries as (

    select * from {{ ref('int_deliveries_ranked') }}

),

-- Attributes that event rows carried share the file of the case records but are not rows of their delivery.
rows_counted as (

    select
        rows_identified.*,
        deliveries.stand,
        deliveries.is_current
    from rows_identified
    inner join deliveries
        on
            rows_identified.delivery_id = deliveries.delivery_id
            and rows_identified.record_kind = deliveries.record_kind

),

compared as (

    select
        *,
        max(case when is_current then 1 else 0 end) over (
            partition by record_kind, source, identity
        ) as carried_now,
        row_number() over (
            partition by record_kind, source, identity
            order by
                case when record_kind = 'events' then stand end,
                case when record_kind = 'events' then delivery_id end,
                case when record_kind = 'events' then position end,
                case when is_current then 0 else 1 end,
                stand desc, delivery_id desc, position desc
        ) as standing_rank,
        first_value(content) over (
            partition by record_kind, source, identity
            order by case when is_current then 0 else 1 end, stand desc, delivery_id desc, position desc
        ) as standing_content
    from rows_counted

),

judged as (

    select
        record_kind,
        source,
        delivery_id,
        position,
        case
            when carried_now = 0 then 'superseded'
            when standing_rank = 1 then 'admitted'
            when content = standing_content then 'duplicate'
            else 'superseded'
        end as verdict
    from compared

)

select * from judged
