with

measures as (

    select * from {{ source('town', 'measures') }}

),

bookings as (

    select * from {{ ref('int_bookings_audited') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

finance as (

    select max(month) as last_told_month from bookings

),

last_parallel as (

    select
        measure_id,
        {{ add_months('max(month)', 1) }} as month
    from bookings
    where kind = 'parallel' and accepted_eur > 0
    group by measure_id

),

declared as (

    select
        measure_id,
        'went_live' as change,
        went_live_on as changed_on
    from measures
    union all
    select
        measure_id,
        'ended' as change,
        ended_on as changed_on
    from measures
    union all
    select
        measure_id,
        'paper_route_closed' as change,
        paper_route_closed_on as changed_on
    from measures

),

-- Relief comes months after go-live, and running both routes ends when it ends: from then on months are others.
booked as (

    select
        measure_id,
        'relief_began' as change,
        min(month) as changed_on
    from bookings
    where kind = 'cash_released' and cash_class = 'cash' and accepted_eur > 0
    group by measure_id
    union all
    select
        last_parallel.measure_id,
        'parallel_ended' as change,
        last_parallel.month as changed_on
    from last_parallel
    inner join finance on last_parallel.month <= finance.last_told_month

),

dated as (

    select * from declared
    union all
    select * from booked

),

-- The first month that is wholly after the change.
first_months as (

    select
        measure_id,
        change,
        case
            when changed_on = {{ month_of('changed_on') }} then changed_on
            else {{ add_months(month_of('changed_on'), 1) }}
        end as month
    from dated
    where changed_on is not null

)

select
    coalesce(first_months.measure_id, 'all') as measure_id,
    first_months.change,
    first_months.month
from first_months
cross join settings
where first_months.month <= settings.as_of_month
group by first_months.month, first_months.change, cube (first_months.measure_id)
