with

records_linked as (

    select * from {{ ref('int_records_linked') }}

),

case_sources as (

    select * from {{ ref('int_case_sources_seen') }}

),

cases as (

    select * from {{ ref('int_cases_dated') }}

),

numbers_shared as (

    select distinct case_id
    from {{ ref('int_case_numbers_shared') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

covered as (

    select * from {{ ref('int_months_covered') }}
    where is_current

),

records_counted as (

    select
        coalesce(source, 'all') as source,
        record_kind,
        count(*) as records,
        count(case_id) as with_case_number,
        count(*) filter (where has_found_case) as found_case
    from records_linked
    group by record_kind, cube (source)

),

cases_counted as (

    select
        case_sources.source,
        count(*) as cases_total,
        count(*) filter (where cases.source_count = 1) as cases_known_to_one_source,
        count(numbers_shared.case_id) as cases_of_two_offices
    from case_sources
    inner join cases on case_sources.case_id = cases.case_id
    left join numbers_shared on case_sources.case_id = numbers_shared.case_id
    group by case_sources.source

    union all

    -- A case that two sources know is one case of the town.
    select
        'all' as source,
        count(*) as cases_total,
        count(*) filter (where cases.source_count = 1) as cases_known_to_one_source,
        count(numbers_shared.case_id) as cases_of_two_offices
    from cases
    left join numbers_shared on cases.case_id = numbers_shared.case_id

),

links as (

    select
        source,
        record_kind,
        records,
        with_case_number,
        found_case,
        cast(null as bigint) as cases_total,
        cast(null as bigint) as cases_known_to_one_source,
        cast(null as bigint) as cases_of_two_offices
    from records_counted

    union all

    select
        source,
        'cases' as record_kind,
        cast(null as bigint) as records,
        cast(null as bigint) as with_case_number,
        cast(null as bigint) as found_case,
        cases_total,
        cases_known_to_one_source,
        cases_of_two_offices
    from cases_counted

)

select
    links.source,
    links.record_kind,
    cast(links.records as bigint) as records,
    cast(links.with_case_number as bigint) as with_case_number,
    cast(links.found_case as bigint) as found_case,
    cast(links.found_case as double) / nullif(links.records, 0) as found_share,
    cast(links.cases_total as bigint) as cases_total,
    cast(links.cases_known_to_one_source as bigint) as cases_known_to_one_source,
    cast(links.cases_of_two_offices as bigint) as cases_of_two_offices,
    cast(links.cases_known_to_one_source as double) / nullif(links.cases_total, 0) as one_source_share,
    covered.coverage_share,
    covered.is_provisional,
    coalesce(links.records, links.cases_total) < settings.min_cases as is_small_cell
from links
cross join settings
cross join covered
