with

office_days as (

    select * from {{ ref('int_office_days_counted') }}

)

select
    day,
    office_code,
    case when is_known then is_open end as is_open,
    case when is_known then cast(open_us as double) / 1000000 end as open_seconds,
    case when is_known then working_day_number end as working_day_number
from office_days
