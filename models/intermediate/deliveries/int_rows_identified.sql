{#- Per kind of record: how a row is recognised in other deliveries of its source, what it says, what it refers to. -#}
{% set kinds = {
    'events': {
        'says': [
            'case_id', 'activity', 'occurred_at', 'started_at', 'sequence', 'unit_code', 'medium', 'event_ref',
        ],
        'refers_to': ['case_id', 'record_id'],
    },
    'cases': {
        'key': ['case_id'],
        'says': [
            'service_code', 'office_code', 'case_type', 'intake_channel', 'received_at', 'closed_at', 'due_at',
            'outcome', 'merged_into_id',
        ],
        'refers_to': ['case_id'],
    },
    'submissions': {
        'key': ['submission_id'],
        'says': ['case_id', 'service_code', 'started_at', 'submitted_at', 'aborted_step', 'is_assisted'],
        'refers_to': ['case_id', 'submission_id'],
    },
    'documents': {
        'key': ['document_id'],
        'says': ['case_id', 'direction', 'medium', 'document_type', 'pages', 'occurred_at', 'reason'],
        'refers_to': ['case_id', 'document_id'],
    },
    'scans': {
        'key': ['document_id'],
        'says': [
            'batch_id', 'case_id', 'scanned_at', 'received_on', 'pages', 'sheets', 'document_type', 'origin',
            'qr_status', 'qa_result',
        ],
        'refers_to': ['case_id', 'document_id'],
    },
    'scan_batches': {'key': ['batch_id'], 'says': ['started_at', 'finished_at', 'pages', 'unit_code']},
    'scan_qc': {'key': ['batch_id'], 'says': ['sampled', 'defects']},
    'counts': {'key': ['counted_on', 'unit_code', 'kind', 'product', 'count_ref'], 'says': ['value']},
    'costs': {
        'key': ['cost_item_id'],
        'says': ['measure_id', 'month', 'kind', 'plan_eur', 'actual_eur', 'budget_line_id', 'booking_ref'],
    },
    'budget_lines': {
        'key': ['budget_line_id', 'year'],
        'says': ['product', 'account', 'appropriation_eur', 'supplementary_eur', 'actual_eur'],
    },
    'posts': {'key': ['post_id'], 'says': ['office_code', 'grade', 'fte', 'lapses_on']},
    'removals': {
        'key': ['mode', 'of_source', 'case_id', 'document_id', 'submission_id', 'record_id'],
        'says': ['removed_at'],
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

-- That a record exists and that it was deleted are two things to say of it.
removals as (

    select
        listed.*,
        deliveries.mode
    from listed
    inner join deliveries on listed.delivery_id = deliveries.delivery_id

),

identified as (

    {% for kind, told in kinds.items() %}
        select
            '{{ kind }}' as record_kind,
            source,
            delivery_id,
            position,
            {% if kind == 'events' %}
                -- Without a number of its own an event is what it says; with one it can be corrected.
                coalesce('r' || record_id, {{ row_digest(told.says) }}) as identity,
            {% elif told.key | length == 1 %}
                {{ told.key[0] }} as identity,
            {% else %}
                {{ row_digest(told.key) }} as identity,
            {% endif %}
            {{ row_digest(told.says) }} as content,
            {% if told.has_no_version %}
                cast(null as bigint) as version,
                cast(null as timestamp without time zone) as changed_at,
            {% else %}
                version,
                changed_at,
            {% endif %}
            {{ 'case_id' if 'case_id' in told.refers_to else 'cast(null as string)' }} as case_id,
            {{ 'document_id' if 'document_id' in told.refers_to else 'cast(null as string)' }} as document_id,
            {{ 'submission_id' if 'submission_id' in told.refers_to else 'cast(null as string)' }} as submission_id,
            {{ 'record_id' if 'record_id' in told.refers_to else 'cast(null as string)' }} as record_id
        from {{ kind }}
        {% if not loop.last %}

            union all

        {% endif %}
    {% endfor %}

)

select * from identified
