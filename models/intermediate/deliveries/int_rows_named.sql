{{ config(materialized='table') }}

{% set kinds = record_kinds() %}

with

events as (

    select * from {{ source('landing', 'events') }}

),

cases as (

    select * from {{ source('landing', 'cases') }}

),

submissions as (

    select * from {{ source('landing', 'submissions') }}

),

documents as (

    select * from {{ source('landing', 'documents') }}

),

scans as (

    select * from {{ source('landing', 'scans') }}

),

scan_batches as (

    select * from {{ source('landing', 'scan_batches') }}

),

scan_qc as (

    select * from {{ source('landing', 'scan_qc') }}

),

counts as (

    select * from {{ source('landing', 'counts') }}

),

costs as (

    select * from {{ ref('stg_landing__costs') }}

),

budget_lines as (

    select * from {{ source('landing', 'budget_lines') }}

),

posts as (

    select * from {{ source('landing', 'posts') }}

),

listed as (

    select * from {{ source('landing', 'removals') }}

),

deliveries as (

    select * from {{ source('landing', 'deliveries') }}

),

-- An inventory and a deletion list may both name a record: the mode tells their rows apart.
removals as (

    select
        listed.*,
        deliveries.mode
    from listed
    inner join deliveries on listed.delivery_id = deliveries.delivery_id

),

named as (

    {% for kind, columns in kinds.items() %}
        select
            '{{ kind }}' as record_kind,
            source,
            delivery_id,
            position,
            {% if kind == 'events' %}
                -- Without a number of its own an event is identified by its content; with one it can be corrected.
                {{ digest('coalesce(record_id, ' ~ row_text(columns.content) ~ ')') }} as identity,
            {% elif columns.key | length == 1 %}
                {{ digest(columns.key[0]) }} as identity,
            {% else %}
                {{ digest(row_text(columns.key)) }} as identity,
            {% endif %}
            {{ 'record_id is not null' if kind == 'events' else 'false' }} as is_numbered,
            {% if columns.has_no_version %}
                cast(null as bigint) as version,
                cast(null as timestamp without time zone) as changed_at
            {% else %}
                version,
                changed_at
            {% endif %}
        from {{ kind }}
        {% if not loop.last %}

            union all

        {% endif %}
    {% endfor %}

)

select * from named
