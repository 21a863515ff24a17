{{ config(materialized='table') }}

with

settings as (

    select * from {{ ref('int_settings_read') }}

),

cases as (

    select * from {{ ref('int_cases_dated') }}

),

offices as (

    select * from {{ ref('int_offices_listed') }}

),

opening_hours as (

    select * from {{ ref('stg_town__opening_hours') }}

),

holidays as (

    select distinct holiday_on from {{ source('town', 'holidays') }}

),

closing_days as (

    select distinct
        closed_on,
        office_code
    from {{ source('town', 'closing_days') }}

),

bounds as (

    select
        settings.as_of,
        least(
            settings.as_of,
            coalesce(min(cases.received_day), settings.as_of),
            coalesce(min(cases.closed_day), settings.as_of),
            coalesce(min(cases.first_event_day), settings.as_of)
        ) as first_day,
        {{ add_days('settings.as_of', 400) }} as last_day
    from settings
    left join cases on true
    group by settings.as_of

),

offices_with_own_days as (

    select distinct office_code from closing_days
    where office_code <> 'all'

),

days as (

    select {{ day_series('first_day', 'last_day') }} as day
    from bounds

),

-- An office without hours of its own has those of "all", and so have cases of no office.
-- No hours, or a day before or after them: not known.
hours_known as (

    select
        office_code,
        min(valid_from) as known_from,
        max(coalesce(valid_to, date '9999-12-31')) as known_to
    from opening_hours
    group by office_code

),

hours_of_office as (

    select
        offices.office_code,
        coalesce(own.office_code, general.office_code) as hours_code,
        coalesce(own.known_from, general.known_from) as known_from,
        coalesce(own.known_to, general.known_to) as known_to
    from offices
    left join hours_known as own on offices.office_code = own.office_code
    left join hours_known as general on general.office_code = 'all'

),

-- Offices with the same hours and no closing days of their own count the same opening days.
spanned as (

    select
        hours_of_office.office_code,
        hours_of_office.hours_code,
        coalesce(with_own_days.office_code, hours_of_office.hours_code) as calendar_code,
        days.day,
        {{ weekday_number('days.day') }} as weekday_number,
        coalesce(days.day between hours_of_office.known_from and hours_of_office.known_to, false) as is_known,
        holidays.holiday_on is not null
        or town_closed.closed_on is not null
        or office_closed.closed_on is not null as is_closed_all_day
    from hours_of_office
    cross join days
    left join offices_with_own_days as with_own_days
        on hours_of_office.office_code = with_own_days.office_code
    left join holidays on days.day = holidays.holiday_on
    left join closing_days as town_closed
        on days.day = town_closed.closed_on and town_closed.office_code = 'all'
    left join closing_days as office_closed
        on days.day = office_closed.closed_on and hours_of_office.office_code = office_closed.office_code

)

select * from spanned
