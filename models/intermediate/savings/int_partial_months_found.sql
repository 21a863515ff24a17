{{ config(materialized='table') }}

with

logged as (

    select * from {{ ref('int_logged_cohorts_counted') }}

),

past_cases as (

    select * from {{ ref('int_past_cases_judged') }}

),

log as (

    select min(first_received_on) as first_day
    from logged

),

months_logged as (

    select
        service_code,
        month,
        min(first_received_on) as first_received_on,
        cast(sum(received_cases) as bigint) as received_cases,
        lead(month) over (partition by service_code order by month) as next_month,
        lead(sum(received_cases)) over (partition by service_code order by month) as next_cases,
        row_number() over (partition by service_code order by month) as place
    from logged
    group by service_code, month

),

started as (

    select
        months_logged.*,
        months_logged.month = {{ month_of('log.first_day') }} and extract(day from log.first_day) > 4 as is_start_of_log
    from months_logged
    cross join log
    where months_logged.place = 1

),

-- The 4th is the latest first working day of a month. A service that joins the log later began within a month where
-- five cases or more would have come before its first one, at the pace of the next month: by chance one in 150.
begun_within as (

    select * from started
    where
        extract(day from first_received_on) > 4
        and (
            is_start_of_log
            or (
                next_month = {{ add_months('month', 1) }}
                and next_cases * (extract(day from first_received_on) - 1) >= 5 * 31
            )
        )

),

-- Where a statistic reaches it the month stays, as a hole would be no better; what it tells of it is judged before.
-- One that tells as many as the log says that the month is whole.
services_told as (

    select distinct service_code
    from past_cases
    where verdict in ('counted', 'confirmed')

)

select
    begun_within.service_code,
    begun_within.month,
    begun_within.first_received_on,
    begun_within.received_cases as left_out_cases,
    begun_within.is_start_of_log
from begun_within
left join services_told on begun_within.service_code = services_told.service_code
where services_told.service_code is null
