{{ config(materialized='table') }}

with

office_days as (

    select *
    from {{ ref('int_office_days_spanned') }}
    where is_known and not is_closed_all_day

),

opening_hours as (

    select * from {{ ref('stg_town__opening_hours') }}

),

slots as (

    select
        office_days.office_code,
        office_days.day,
        opening_hours.valid_from,
        max(opening_hours.valid_from) over (
            partition by office_days.office_code, office_days.day
        ) as newest_valid_from,
        {{ utc_time(wall_time('office_days.day', 'opening_hours.opens_minute')) }} as opens_at,
        {{ utc_time(wall_time('office_days.day', 'opening_hours.closes_minute')) }} as closes_at
    from office_days
    inner join opening_hours
        on
            office_days.hours_code = opening_hours.office_code
            and office_days.weekday_number = opening_hours.weekday_number
            and office_days.day >= opening_hours.valid_from
            and office_days.day <= coalesce(opening_hours.valid_to, date '9999-12-31')

),

-- Newer hours of a weekday take the place of the older ones; several rows of one date are one day's hours.
-- Hours that overlap, by decision or on the night without a third hour, count once.
followed as (

    select
        *,
        max(closes_at) over (
            partition by office_code, day
            order by opens_at, closes_at
            rows between unbounded preceding and 1 preceding
        ) as closed_before_at
    from slots
    where valid_from = newest_valid_from

),

cut as (

    select
        office_code,
        day,
        greatest(opens_at, coalesce(closed_before_at, opens_at)) as opens_at,
        closes_at
    from followed

)

select
    office_code,
    day,
    opens_at,
    closes_at,
    cast({{ microseconds_between('opens_at', 'closes_at') }} as bigint) as open_us
from cut
where opens_at < closes_at
