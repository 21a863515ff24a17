with

months_filled as (

    select * from {{ ref('int_throughput_months_filled') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

)

select
    months_filled.*,
    coalesce(
        least(months_filled.received_cases, months_filled.closed_cases) < settings.min_cases, true
    ) as is_small_cell
from months_filled
cross join settings
