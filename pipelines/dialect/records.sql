{# Per kind of record: the columns that identify a row across deliveries, its content, its references; and whether a
    row, of some kinds one of some sort, tells what does not change once it happened. #}
{% macro record_kinds() -%}
{% do return({
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
}) %}
{%- endmacro %}

{# Fingerprints, of 16 bytes where the engine has such a number: half of what their text takes, and compared at once. #}
{% macro digest(value) -%} {{ adapter.dispatch('digest')(value) }} {%- endmacro %}
{% macro default__digest(value) -%} md5_number({{ value }}) {%- endmacro %}
{% macro spark__digest(value) -%} md5({{ value }}) {%- endmacro %}

{% macro no_digest() -%} {{ adapter.dispatch('no_digest')() }} {%- endmacro %}
{% macro default__no_digest() -%} cast(null as uhugeint) {%- endmacro %}
{% macro spark__no_digest() -%} cast(null as string) {%- endmacro %}

{# Some columns of a table as one text; null is a control character, which no value is. #}
{% macro row_text(columns, table) -%}
    concat_ws(chr(31)
    {%- for column in columns -%}
        , coalesce(cast({{ table ~ '.' if table }}{{ column }} as string), chr(30))
    {%- endfor -%}
    )
{%- endmacro %}
