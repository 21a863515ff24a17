{{ config(materialized='table') }}

with

logged as (

    select * from {{ ref('int_logged_cohorts_counted') }}

),

past_cases as (

    select * from {{ ref('int_past_cases_judged') }}
    where verdict = 'counted'

),

told_months as (

    select distinct
        service_code,
        month
    from past_cases

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
        lead(month) over (partition by service_code order by month) as next_month,
        lead(sum(received_cases)) over (partition by service_code order by month) as next_cases,
        row_number() over (partition by service_code order by month) as place
    from logged
    group by service_code, month

),

-- The 4th is the latest first working day of a month. A service that joins the log later began within a month where
-- five cases or more would have come before its first one, at the pace of the next month: by chance one in 150.
begun_within as (

    select
        months_logged.service_code,
        months_logged.month
    from months_logged
    cross join log
    where
        months_logged.place = 1
        and extract(day from months_logged.first_received_on) > 4
        and (
            (months_logged.month = {{ month_of('log.first_day') }} and extract(day from log.first_day) > 4)
            or (
                months_logged.next_month = {{ add_months('months_logged.month', 1) }}
                and months_logged.next_cases * (extract(day from months_logged.first_received_on) - 1) >= 5 * 31
            )
        )

),

-- Where a statistic reaches it the month stays, as a hole would be no better; what it tells of it is judged before.
partial_months as (

    select
        begun_within.service_code,
        begun_within.month
    from begun_within
    left join told_months on begun_within.service_code = told_months.service_code
    where told_months.service_code is null

)

select
    logged.service_code,
    logged.case_type,
    logged.intake_channel,
    logged.month,
    logged.received_cases,
    logged.decided_cases,
    cast(null as string) as evidence_grade
from logged
left join told_months on logged.service_code = told_months.service_code and logged.month = told_months.month
left join partial_months
    on logged.service_code = partial_months.service_code and logged.month = partial_months.month
where told_months.month is null and partial_months.month is null
union all
-- What a statistic tells of years ago is decided; of two names of a service the grade is that of the worse.
select
    service_code,
    case_type,
    intake_channel,
    month,
    cast(sum(cases) as bigint) as received_cases,
    cast(sum(cases) as bigint) as decided_cases,
    max(evidence_grade) as evidence_grade
from past_cases
where cases > 0
group by service_code, case_type, intake_channel, month
