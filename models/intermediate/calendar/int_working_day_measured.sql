with

office_days as (

    select * from {{ ref('int_office_days_counted') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

)

select
    cast(count(*) as bigint) as open_days,
    cast(sum(office_days.open_us) as bigint) as open_us,
    cast(sum(office_days.open_us) as double) / nullif(count(*), 0) as working_day_us
from office_days
inner join settings
    on
        office_days.day > {{ add_days('settings.as_of', -365) }}
        and office_days.day <= settings.as_of
where office_days.is_known and office_days.is_open
