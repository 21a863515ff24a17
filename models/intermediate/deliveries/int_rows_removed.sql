{{ config(materialized='table') }}

with

rows_identified as (

    select * from {{ ref('int_rows_identified') }}

),

deliveries as (

    select * from {{ ref('int_deliveries_ranked') }}

),

listed as (

    select * from {{ ref('int_references_listed') }}

),

deletions as (

    select * from listed
    where mode = 'deletions'

),

existing as (

    select * from listed
    where mode = 'inventory'

),

inventories as (

    select distinct
        of_source,
        reference_kind,
        delivery_id,
        stand
    from existing

),

listing_sources as (

    select distinct of_source
    from listed

),

-- Most towns get no lists: without one no record is read here.
rows_spoken_of as (

    select
        rows_identified.*,
        deliveries.stand
    from rows_identified
    inner join listing_sources on rows_identified.source = listing_sources.of_source
    inner join deliveries on rows_identified.delivery_id = deliveries.delivery_id

),

referring as (

    {% for reference in ['case', 'document', 'submission', 'record'] %}
        select
            record_kind,
            source,
            delivery_id,
            position,
            stand,
            '{{ reference }}' as reference_kind,
            {{ reference }}_id as reference
        from rows_spoken_of
        where {{ reference }}_id is not null
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

),

taken as (

    select
        referring.record_kind,
        referring.delivery_id,
        referring.position,
        deletions.delivery_id as removed_by
    from referring
    inner join deletions
        on
            referring.source = deletions.of_source
            and referring.reference_kind = deletions.reference_kind
            and referring.reference = deletions.reference
            and referring.stand <= deletions.removed_at

    union all

    select
        referring.record_kind,
        referring.delivery_id,
        referring.position,
        inventories.delivery_id as removed_by
    from referring
    inner join inventories
        on
            referring.source = inventories.of_source
            and referring.reference_kind = inventories.reference_kind
            and referring.stand <= inventories.stand
    left join existing
        on
            inventories.delivery_id = existing.delivery_id
            and inventories.reference_kind = existing.reference_kind
            and referring.reference = existing.reference
    where existing.reference is null

)

select distinct
    record_kind,
    delivery_id,
    position,
    removed_by
from taken
