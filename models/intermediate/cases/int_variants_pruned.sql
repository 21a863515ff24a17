{{ config(materialized='table') }}

{# How often rare ways are set aside. Two rounds settle the invented town; where the last one still leaves something
   rare, no way of the scope is common. #}
{% set rounds = 8 %}

with

cases as (

    select * from {{ ref('fct_cases') }}
    where variant_id is not null

),

ways as (

    select * from {{ ref('int_variants_walked') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

counted as (

    select
        coalesce(service_code, 'all') as scope,
        variant_id,
        count(*) as case_count
    from cases
    group by variant_id, cube (service_code)

),

walked as (

    select
        variant_id,
        step_number,
        activity,
        coalesce(next_activity, '') as next_activity,
        row_number() over (
            partition by variant_id, activity
            order by step_number
        ) as times_done,
        row_number() over (
            partition by variant_id, activity, coalesce(next_activity, '')
            order by step_number
        ) as times_left
    from ways

),

-- What a page counts of a way: where it begins, each step and each change of steps, the first time and every further
-- one; a way ends by changing to nothing.
traits as (

    select
        variant_id,
        'begins' as kind,
        '' as from_activity,
        activity as to_activity,
        1 as times
    from walked
    where step_number = 1

    union all

    select
        variant_id,
        'does' as kind,
        activity as from_activity,
        '' as to_activity,
        times_done as times
    from walked

    union all

    select
        variant_id,
        'leaves' as kind,
        activity as from_activity,
        next_activity as to_activity,
        times_left as times
    from walked

),

left_after_0 as (

    select
        counted.scope,
        counted.variant_id,
        counted.case_count,
        traits.kind,
        traits.from_activity,
        traits.to_activity,
        traits.times,
        settings.min_cases
    from counted
    inner join traits on counted.variant_id = traits.variant_id
    cross join settings

),

{% for round in range(1, rounds + 1) %}

    -- Windows, and no join with what was judged: an engine that writes each name out would read the first of all rounds
    -- twice as often with every round.
    judged_in_{{ round }} as (

        select
            *,
            sum(case_count) over (partition by scope, kind, from_activity, to_activity, times) < min_cases as is_rare
        from left_after_{{ round - 1 }}

    ),

    marked_in_{{ round }} as (

        select
            *,
            bool_or(is_rare) over (partition by scope, variant_id) as has_rare
        from judged_in_{{ round }}

    ),

    left_after_{{ round }} as (

        select
            scope,
            variant_id,
            case_count,
            kind,
            from_activity,
            to_activity,
            times,
            min_cases
        from marked_in_{{ round }}
        where not has_rare

    ),

{% endfor %}

still_rare as (

    select scope
    from left_after_{{ rounds }}
    group by scope, kind, from_activity, to_activity, times
    having sum(case_count) < max(min_cases)

),

settled as (

    select distinct
        scope,
        variant_id
    from left_after_{{ rounds }}
    where scope not in (select still_rare.scope from still_rare)

)

select
    counted.scope,
    counted.variant_id,
    cast(counted.case_count as bigint) as case_count,
    settled.variant_id is not null as is_common
from counted
left join settled on counted.scope = settled.scope and counted.variant_id = settled.variant_id
