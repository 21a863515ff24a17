{{ config(materialized='table') }}

with

cases as (

    select * from {{ ref('fct_cases') }}
    where variant_id is not null

),

steps as (

    select * from {{ ref('fct_case_steps') }}

),

-- Cases of a variant do the same steps in the same order: one of them tells the way of all.
examples as (

    select
        variant_id,
        min(case_id) as case_id
    from cases
    group by variant_id

)

select
    examples.variant_id,
    steps.step_number,
    steps.activity,
    steps.next_activity
from examples
inner join steps on examples.case_id = steps.case_id
