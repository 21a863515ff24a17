with

rows_identified as (

    select * from {{ ref('int_rows_identified') }}

),

deliveries as (

    select * from {{ ref('int_deliveries_ranked') }}

),

-- Most towns get no lists: without one no record is read here.
listing as (

    select distinct of_source
    from {{ ref('int_references_listed') }}

),

rows_of_listed_sources as (

    select
        rows_identified.*,
        deliveries.stand
    from rows_identified
    inner join listing on rows_identified.source = listing.of_source
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
        from rows_of_listed_sources
        where {{ reference }}_id is not null
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

)

select * from referring
