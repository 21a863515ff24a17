with

case_records as (

    select * from {{ ref('int_case_records_admitted') }}

),

precedence as (

    select distinct column_name
    from {{ source('town', 'precedence') }}
    where column_name in ('office_code', 'service_code')

),

told as (

    select
        case_id,
        source,
        'office_code' as column_name,
        office_code as code
    from case_records
    where office_code is not null
    union all
    select
        case_id,
        source,
        'service_code' as column_name,
        service_code as code
    from case_records
    where service_code is not null

),

spanned as (

    select
        told.case_id,
        told.source,
        told.column_name,
        min(told.code) as first_code,
        max(told.code) as last_code
    from told
    left join precedence on told.column_name = precedence.column_name
    where precedence.column_name is null
    group by told.case_id, told.source, told.column_name

),

-- Two sources have no code in common when the codes of one end before those of the other begin.
disputed as (

    select
        case_id,
        column_name
    from spanned
    group by case_id, column_name
    having min(last_code) < max(first_code)

)

select distinct
    spanned.case_id,
    spanned.source
from spanned
inner join disputed on spanned.case_id = disputed.case_id and spanned.column_name = disputed.column_name
