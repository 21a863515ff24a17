with

offices as (

    select * from {{ source('town', 'offices') }}

),

services as (

    select * from {{ source('town', 'services') }}

),

cases as (

    select * from {{ ref('int_cases_dated') }}

),

codes as (

    select office_code from offices
    union distinct
    select office_code from services
    union distinct
    select office_code from cases

),

listed as (

    select
        codes.office_code,
        coalesce(
            offices.office_name, case codes.office_code when 'unlisted' then 'nicht gelistet' else codes.office_code end
        ) as office_name,
        offices.parent_office_code,
        offices.directorate,
        coalesce(offices.staff_band, 'unknown') as staff_band,
        offices.office_code is not null as is_listed
    from codes
    left join offices on codes.office_code = offices.office_code

)

select * from listed
