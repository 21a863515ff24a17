with

months_filled as (

    select * from {{ ref('int_throughput_months_filled') }}

),

log_settled as (

    select * from {{ ref('int_log_settled') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

)

select
    months_filled.*,
    coalesce(months_filled.month < log_settled.settled_on, true) as is_log_start,
    coalesce(
        least(months_filled.received_cases, months_filled.closed_cases) < settings.min_cases, true
    ) as is_small_cell
from months_filled
cross join settings
cross join log_settled
