{{ config(materialized='table') }}

with

referring as (

    select * from {{ ref('int_references_made') }}

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
        listed_until
    from existing

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
            and referring.stand <= deletions.listed_until

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
            and referring.stand <= inventories.listed_until
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
