{% set referring_kinds = {} %}
{% for kind, columns in record_kinds().items() if columns.refers_to %}
    {% do referring_kinds.update({kind: columns.refers_to}) %}
{% endfor %}

with

{% for kind in referring_kinds %}
    {{ kind }} as (

        select * from {{ source('landing', kind) }}

    ),

{% endfor %}

deliveries as (

    select * from {{ ref('int_deliveries_ranked') }}

),

-- Most towns get no lists: without one no record is read here.
listing as (

    select distinct of_source
    from {{ ref('int_references_listed') }}

),

referring as (

    {% for kind, references in referring_kinds.items() %}
        {% set last_kind = loop.last %}
        {% for reference in references %}
            select
                '{{ kind }}' as record_kind,
                {{ kind }}.source,
                {{ kind }}.delivery_id,
                {{ kind }}.position,
                deliveries.stand,
                '{{ reference | replace("_id", "") }}' as reference_kind,
                {{ kind }}.{{ reference }} as reference
            from {{ kind }}
            inner join listing on {{ kind }}.source = listing.of_source
            inner join deliveries on {{ kind }}.delivery_id = deliveries.delivery_id
            where {{ kind }}.{{ reference }} is not null
            {% if not (loop.last and last_kind) %}
                union all
            {% endif %}
        {% endfor %}
    {% endfor %}

)

select * from referring
