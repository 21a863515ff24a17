with

deliveries as (

    select * from {{ source('landing', 'deliveries') }}

),

sources as (

    select * from {{ source('town', 'sources') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by source, record_kind, mode
            order by stand desc, delivery_id desc
        ) as newest_rank,
        row_number() over (order by stand, delivery_id) as delivery_number
    from deliveries

),

judged as (

    select
        ranked.*,
        -- A dump is the whole truth of its source, an inventory the whole list of its records: the newest counts.
        ranked.mode not in ('dump', 'inventory') or ranked.newest_rank = 1 as is_current,
        -- A source that left town.toml keeps its landing and ranks last.
        coalesce(sources.source_rank, 1000000) as source_rank,
        coalesce(sources.same_events_as, ranked.source) as events_numbered_by,
        coalesce(sources.corrects, false) as corrects
    from ranked
    left join sources on ranked.source = sources.source

)

select * from judged
