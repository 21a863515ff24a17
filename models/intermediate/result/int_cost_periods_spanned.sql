with

decided as (

    select * from {{ ref('int_decided_cases_priced') }}

),

months as (

    select * from {{ ref('int_months_covered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

finance as (

    select max(month) as last_told_month from {{ ref('int_bookings_audited') }}

),

firsts as (

    select min(month) as first_month from decided

),

-- A month whose cost nobody told yet ends no twelve months: its cases would count and its cost would not.
last_months as (

    select
        months.month as last_month,
        {{ add_months('months.month', -11) }} as first_month
    from months
    cross join firsts
    cross join settings
    cross join finance
    where
        months.month < settings.as_of_month
        and months.month <= coalesce(finance.last_told_month, months.month)
        and {{ add_months('months.month', -11) }} >= firsts.first_month

)

select
    last_months.last_month,
    last_months.first_month,
    {{ add_days(add_months('last_months.last_month', 1), -1) }} as period_end,
    min(months.coverage_share) as coverage_share,
    bool_or(months.is_provisional) as is_provisional
from last_months
inner join months on months.month between last_months.first_month and last_months.last_month
group by last_months.last_month, last_months.first_month
