with

cases as (

    select * from {{ ref('int_cases_dated') }}

),

-- A log knows nothing of the cases that were open before it began: until nine of ten of its first cases are decided
-- its stock is too small, and what is decided is what goes fast.
summed as (

    select
        min(received_day) as first_day,
        percentile_cont(0.9) within group (order by lead_us) as p90_lead_us
    from cases

)

select
    first_day,
    {{ add_days('first_day', 'cast(ceil(cast(p90_lead_us as double) / 86400000000) as int)') }} as settled_on
from summed
