{#- Per kind of record: the columns that identify a row across deliveries, its content, its references; and whether a
    row, of some kinds one of some sort, tells what does not change once it happened. -#}
{% set kinds = {
    'events': {
        'content': [
            'case_id', 'activity', 'occurred_at', 'started_at', 'sequence', 'unit_code', 'medium', 'event_ref',
        ],
        'refers_to': ['case_id', 'record_id'],
    },
    'cases': {
        'key': ['case_id'],
        'content': [
            'service_code', 'office_code', 'case_type', 'intake_channel', 'received_at', 'closed_at', 'due_at',
            'outcome', 'merged_into_id',
        ],
        'refers_to': ['case_id'],
    },
    'submissions': {
        'key': ['submission_id'],
        'content': ['case_id', 'service_code', 'started_at', 'submitted_at', 'aborted_step', 'is_assisted'],
        'lasting': ['started_at'],
        'lasting_among': 'started_at is not null',
        'refers_to': ['case_id', 'submission_id'],
    },
    'documents': {
        'key': ['document_id'],
        'content': ['case_id', 'direction', 'medium', 'document_type', 'pages', 'occurred_at', 'reason'],
        'lasts': true,
        'refers_to': ['case_id', 'document_id'],
    },
    'scans': {
        'key': ['batch_id', 'document_id'],
        'content': [
            'case_id', 'scanned_at', 'received_on', 'pages', 'sheets', 'document_type', 'origin',
            'qr_status', 'qa_result',
        ],
        'lasts': true,
        'refers_to': ['case_id', 'document_id'],
    },
    'scan_batches': {
        'key': ['batch_id'],
        'content': ['started_at', 'finished_at', 'pages', 'unit_code'],
        'lasts': true,
    },
    'scan_qc': {'key': ['batch_id'], 'content': ['sampled', 'defects'], 'lasts': true},
    'counts': {
        'key': ['counted_on', 'unit_code', 'kind', 'product', 'count_ref', 'part_id'],
        'content': ['value'],
        'lasting': ['value'],
        'lasting_among': "kind not in ('shelf_metres', 'files')",
    },
    'costs': {
        'key': ['cost_item_id', 'month', 'booking_ref', 'part_id'],
        'content': ['measure_id', 'kind', 'plan_eur', 'actual_eur', 'budget_line_id'],
        'lasts': true,
    },
    'budget_lines': {
        'key': ['budget_line_id', 'year', 'product', 'account', 'part_id'],
        'content': ['appropriation_eur', 'supplementary_eur', 'actual_eur'],
    },
    'posts': {'key': ['post_id', 'part_id'], 'content': ['office_code', 'grade', 'fte', 'lapses_on']},
    'removals': {
        'key': ['mode', 'of_source', 'case_id', 'document_id', 'submission_id', 'record_id'],
        'content': ['removed_at'],
        'has_no_version': true,
    },
} %}

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

identified as (

    {% for kind, columns in kinds.items() %}
        select
            '{{ kind }}' as record_kind,
            source,
            delivery_id,
            position,
            {% if kind == 'events' %}
                -- Without a number of its own an event is identified by its content; with one it can be corrected.
                coalesce('r' || record_id, {{ row_digest(columns.content) }}) as identity,
            {% elif columns.key | length == 1 %}
                {{ columns.key[0] }} as identity,
            {% else %}
                {{ row_digest(columns.key) }} as identity,
            {% endif %}
            {{ row_digest(columns.content) }} as content,
            {% if columns.lasts %}
                {{ row_digest(columns.content) }} as lasting,
            {% elif columns.lasting %}
                case when {{ columns.lasting_among }} then {{ row_digest(columns.lasting) }} end as lasting,
            {% else %}
                cast(null as string) as lasting,
            {% endif %}
            {% if columns.has_no_version %}
                cast(null as bigint) as version,
                cast(null as timestamp without time zone) as changed_at,
            {% else %}
                version,
                changed_at,
            {% endif %}
            {{ 'case_id' if 'case_id' in columns.refers_to else 'cast(null as string)' }} as case_id,
            {{ 'document_id' if 'document_id' in columns.refers_to else 'cast(null as string)' }} as document_id,
            {{ 'submission_id' if 'submission_id' in columns.refers_to else 'cast(null as string)' }} as submission_id,
            {{ 'record_id' if 'record_id' in columns.refers_to else 'cast(null as string)' }} as record_id
        from {{ kind }}
        {% if not loop.last %}

            union all

        {% endif %}
    {% endfor %}

)

select * from identified
