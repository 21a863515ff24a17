{{ config(materialized='table') }}

with

case_records as (

    select * from {{ ref('int_case_records_admitted') }}

),

ranked as (

    select
        case_id,
        merged_into_id,
        row_number() over (
            partition by case_id
            order by
                source_rank asc, source asc, version desc nulls last, changed_at desc nulls last,
                stand desc, delivery_id desc, position desc
        ) as precedence
    from case_records
    where merged_into_id <> case_id

),

links as (

    select
        case_id,
        merged_into_id
    from ranked
    where precedence = 1

),

-- Each turn doubles the way that is followed: after five of them 32 merges.
after_0 as (

    select
        case_id,
        merged_into_id as end_id
    from links

),

{% for turn in range(1, 6) %}
    after_{{ turn }} as (

        select
            gone.case_id,
            coalesce(onward.end_id, gone.end_id) as end_id
        from after_{{ turn - 1 }} as gone
        left join after_{{ turn - 1 }} as onward on gone.end_id = onward.case_id

    ),

{% endfor %}
survived as (

    select
        after_5.case_id,
        links.case_id is not null as is_in_a_circle,
        -- Nobody can say which case of a circle survived: all of them stay.
        case when links.case_id is null then after_5.end_id else after_5.case_id end as surviving_case_id
    from after_5
    left join links on after_5.end_id = links.case_id

)

select * from survived
