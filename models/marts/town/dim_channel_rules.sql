with

channels as (

    select * from {{ source('town', 'channels') }}

)

select
    channel as intake_channel,
    valid_from,
    valid_to,
    counts_as_paper,
    counts_as_online,
    lag(counts_as_paper) over by_channel as counted_as_paper_before,
    lag(counts_as_online) over by_channel as counted_as_online_before
from channels
window by_channel as (
    partition by channel
    order by valid_from
)
