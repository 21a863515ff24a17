{{ config(materialized='table') }}

{%- set attributes = [
    'service_code', 'office_code', 'case_type', 'intake_channel', 'received_at', 'closed_at', 'due_at', 'outcome',
] %}

with

case_records as (

    select * from {{ ref('int_case_records_admitted') }}

),

survivors as (

    select * from {{ ref('int_cases_survived') }}

),

precedence as (

    select * from {{ source('town', 'precedence') }}

),

ranks as (

    select
        source,
    {% for column in attributes %}
        min(case when column_name = '{{ column }}' then rank end) as {{ column }}_rank{{ ',' if not loop.last }}
    {% endfor %}
    from precedence
    group by source

),

surviving as (

    select
        case_records.*,
        coalesce(survivors.surviving_case_id, case_records.case_id) as surviving_case_id,
        coalesce(survivors.surviving_case_id <> case_records.case_id, false) as is_merged_away
    from case_records
    left join survivors on case_records.case_id = survivors.case_id

),

-- A case that was merged away is closed by the merging, which decided nothing; of several the earliest received counts.
known as (

    select
        *,
        nullif(intake_channel, 'unknown') as known_channel,
        case when not is_merged_away then nullif(outcome, 'unknown') end as known_outcome,
        case when not is_merged_away then outcome end as reported_outcome,
        case when not is_merged_away then closed_at end as decided_at,
        row_number() over (
            partition by surviving_case_id
            order by
                source_rank asc, source asc,
                case when is_merged_away then received_at end asc nulls last,
                case when is_merged_away then case_id end asc,
                changed_at desc nulls last, stand desc, delivery_id desc, position desc
        ) as newest_rank
    from surviving

),

-- The town's ranks for a column come first, then the order of the sources in town.toml.
ranked as (

    select
        known.*,
    {% for column in attributes %}
        coalesce(ranks.{{ column }}_rank, 1000 + known.source_rank) as {{ column }}_rank{{ ',' if not loop.last }}
    {% endfor %}
    from known
    left join ranks on known.source = ranks.source

),

merged as (

    select
        surviving_case_id as case_id,
        {{ first_known('service_code', order_key('is_merged_away', 'service_code_rank', 'newest_rank')) }}
            as service_code,
        {{ first_known('office_code', order_key('is_merged_away', 'office_code_rank', 'newest_rank')) }} as office_code,
        {{ first_known('case_type', order_key('is_merged_away', 'case_type_rank', 'newest_rank')) }} as case_type,
        coalesce(
            {{ first_known('known_channel', order_key('is_merged_away', 'intake_channel_rank', 'newest_rank')) }},
            max(intake_channel)
        )
            as intake_channel,
        {{ first_known('received_at', order_key('is_merged_away', 'received_at_rank', 'newest_rank')) }} as received_at,
        {{ first_known('decided_at', order_key('is_merged_away', 'closed_at_rank', 'newest_rank')) }} as closed_at,
        {{ first_known('due_at', order_key('is_merged_away', 'due_at_rank', 'newest_rank')) }} as due_at,
        coalesce(
            {{ first_known('known_outcome', order_key('is_merged_away', 'outcome_rank', 'newest_rank')) }},
            max(reported_outcome)
        )
            as outcome,
        coalesce(bool_or(is_reopened and not is_merged_away), false) as is_reopened
    from ranked
    group by surviving_case_id

)

select * from merged
