with

case_sources as (

    select * from {{ ref('int_case_sources_seen') }}

),

cases as (

    select * from {{ ref('int_cases_dated') }}

)

select
    case_sources.case_id,
    case_sources.source,
    case_sources.first_seen_at
from case_sources
inner join cases on case_sources.case_id = cases.case_id
