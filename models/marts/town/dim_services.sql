with

services as (

    select * from {{ source('town', 'services') }}

),

cases as (

    select * from {{ ref('int_cases_dated') }}

),

codes as (

    select service_code from services
    union distinct
    select service_code from cases

),

listed as (

    select
        codes.service_code,
        coalesce(
            services.service_name,
            case codes.service_code when 'unlisted' then 'nicht gelistet' else codes.service_code end
        ) as service_name,
        services.leika_key,
        services.office_code,
        services.target_working_days,
        services.maturity_level,
        services.online_since,
        services.continues,
        services.service_code is not null as is_listed
    from codes
    left join services on codes.service_code = services.service_code

)

select * from listed
