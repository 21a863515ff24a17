{{ config(materialized='table') }}

with

case_records as (

    select * from {{ ref('int_case_records_admitted') }}

),

cases as (

    select * from {{ source('landing', 'cases') }}

),

events as (

    select * from {{ source('landing', 'events') }}

),

activities as (

    select * from {{ source('town', 'activities') }}
    where kind = 'intake'

),

rows_judged as (

    select * from {{ ref('int_rows_judged') }}
    where record_kind = 'cases'

),

deliveries as (

    select * from {{ ref('int_deliveries_ranked') }}

),

precedence as (

    select distinct column_name
    from {{ source('town', 'precedence') }}
    where column_name in ('office_code', 'service_code')

),

intakes as (

    select
        events.delivery_id,
        events.position,
        events.occurred_at
    from events
    inner join activities on events.activity = activities.activity

),

-- What stands; where a source tells no receipt of a case, it came in by the intake with which its event rows begin.
standing as (

    select
        case_records.case_id,
        case_records.source,
        case_records.office_code,
        case_records.service_code,
        case
            when max(case_records.received_at) over (
                partition by case_records.case_id, case_records.source
            ) is null then intakes.occurred_at
            else case_records.received_at
        end as came_at,
        true as is_standing
    from case_records
    left join intakes
        on
            not case_records.is_case_record
            and case_records.delivery_id = intakes.delivery_id
            and case_records.position = intakes.position

),

-- What a later delivery of the source replaced; a newer dump, a list or a source that corrects itself says why.
replaced as (

    select
        cases.case_id,
        cases.source,
        cases.office_code,
        cases.service_code,
        cases.received_at as came_at,
        false as is_standing
    from cases
    inner join rows_judged
        on
            cases.delivery_id = rows_judged.delivery_id
            and cases.position = rows_judged.position
    inner join deliveries
        on
            cases.delivery_id = deliveries.delivery_id
            and deliveries.record_kind = 'cases'
    where
        rows_judged.verdict = 'superseded'
        and not rows_judged.is_removed
        and deliveries.mode = 'increment'
        and not deliveries.corrects

),

records as (

    select * from standing
    union all
    select * from replaced

),

told as (

    select
        case_id,
        source,
        'office_code' as column_name,
        office_code as code,
        came_at,
        is_standing
    from records
    where office_code is not null

    union all

    select
        case_id,
        source,
        'service_code' as column_name,
        service_code as code,
        came_at,
        is_standing
    from records
    where service_code is not null

),

-- Most numbers have one code: only the others are compared.
suspected as (

    select
        told.case_id,
        told.column_name
    from told
    left join precedence on told.column_name = precedence.column_name
    where precedence.column_name is null
    group by told.case_id, told.column_name
    having min(told.code) < max(told.code)

),

-- By code, not by row: a case may have many rows that say the same.
coded as (

    select distinct
        told.case_id,
        told.column_name,
        told.source,
        told.code,
        told.came_at,
        told.is_standing
    from told
    inner join suspected on told.case_id = suspected.case_id and told.column_name = suspected.column_name

),

standing_codes as (

    select distinct
        case_id,
        column_name,
        source,
        code
    from coded
    where is_standing

),

dated_codes as (

    select distinct
        case_id,
        column_name,
        source,
        code
    from coded
    where came_at is not null

),

-- Two sources that have no code in common.
between_sources as (

    select
        mine.case_id,
        mine.source,
        mine.column_name
    from standing_codes as mine
    inner join standing_codes as theirs
        on
            mine.case_id = theirs.case_id
            and mine.column_name = theirs.column_name
            and mine.source <> theirs.source
    group by mine.case_id, mine.source, mine.column_name, theirs.source
    having count(*) filter (where mine.code = theirs.code) = 0

),

-- Codes of one source that came in at the same time.
came_together as (

    select distinct
        mine.case_id,
        mine.column_name,
        mine.source,
        mine.code,
        theirs.code as other_code
    from coded as mine
    inner join coded as theirs
        on
            mine.case_id = theirs.case_id
            and mine.column_name = theirs.column_name
            and mine.source = theirs.source
            and mine.came_at = theirs.came_at
            and mine.code < theirs.code

),

-- Two codes of one source that never came in at the same time; a case that is handed over comes in once.
within_a_source as (

    select
        mine.case_id,
        mine.source,
        mine.column_name
    from dated_codes as mine
    inner join dated_codes as theirs
        on
            mine.case_id = theirs.case_id
            and mine.column_name = theirs.column_name
            and mine.source = theirs.source
            and mine.code < theirs.code
    left join came_together
        on
            mine.case_id = came_together.case_id
            and mine.column_name = came_together.column_name
            and mine.source = came_together.source
            and mine.code = came_together.code
            and theirs.code = came_together.other_code
    where came_together.case_id is null

),

disputed as (

    select
        case_id,
        source
    from between_sources
    union distinct
    select
        case_id,
        source
    from within_a_source

)

select * from disputed
