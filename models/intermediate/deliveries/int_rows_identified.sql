{% set content_of_cases = [
    'service_code', 'office_code', 'case_type', 'intake_channel', 'received_at',
    'closed_at', 'due_at', 'outcome',
] %}
{% set content_of_scans = [
    'batch_id', 'case_id', 'scanned_at', 'received_on', 'pages', 'sheets',
    'document_type', 'origin', 'qr_status', 'qa_result',
] %}
{% set content_of_costs = [
    'measure_id', 'month', 'kind', 'plan_eur',
    'actual_eur', 'budget_line_id', 'booking_ref',
] %}
{% set identity_of_events = [
    'case_id', 'activity', 'occurred_at', 'started_at', 'sequence',
    'unit_code', 'medium', 'event_ref',
] %}

with

events as (

    select * from {{ ref('stg_landing__events') }}

),

cases as (

    select * from {{ ref('stg_landing__cases') }}

),

scans as (

    select * from {{ ref('stg_landing__scans') }}

),

costs as (

    select * from {{ ref('stg_landing__costs') }}

),

identified as (

    select
        'events' as record_kind,
        source,
        delivery_id,
        position,
        {{ row_digest(identity_of_events) }} as identity,
        'same' as content
    from events

    union all

    select
        'cases' as record_kind,
        source,
        delivery_id,
        position,
        case_id as identity,
        {{ row_digest(content_of_cases) }} as content
    from cases

    union all

    select
        'scans' as record_kind,
        source,
        delivery_id,
        position,
        document_id as identity,
        {{ row_digest(content_of_scans) }} as content
    from scans

    union all

    select
        'costs' as record_kind,
        source,
        delivery_id,
        position,
        cost_item_id as identity,
        {{ row_digest(content_of_costs) }} as content
    from costs

)

select * from identified
