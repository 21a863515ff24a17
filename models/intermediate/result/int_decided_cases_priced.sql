{{ config(materialized='table') }}

with

cases as (

    select * from {{ ref('int_cases_dated') }}

),

successors as (

    select * from {{ source('town', 'successors') }}

),

submissions as (

    select * from {{ ref('int_submissions_admitted') }}

),

processing_minutes as (

    select * from {{ ref('int_minutes_read') }}

),

rates as (

    select * from {{ ref('int_staff_rates_read') }}

),

assisted as (

    select distinct case_id
    from submissions
    where is_assisted and case_id is not null

),

-- A service under a new name goes on; an online form that staff filled in takes the work of a visit.
decided as (

    select
        coalesce(successors.current_service_code, cases.service_code) as service_code,
        coalesce(cases.case_type, 'unknown') as case_type,
        coalesce(cases.intake_channel, 'unknown') as intake_channel,
        case
            when cases.intake_channel = 'online' and assisted.case_id is not null then 'counter'
            else coalesce(cases.intake_channel, 'unknown')
        end as priced_channel,
        {{ month_of('cases.closed_day') }} as month
    from cases
    left join successors on cases.service_code = successors.service_code
    left join assisted on cases.case_id = assisted.case_id
    where cases.closed_day is not null

),

counted as (

    select
        service_code,
        case_type,
        intake_channel,
        priced_channel,
        month,
        count(*) as decided_cases
    from decided
    group by service_code, case_type, intake_channel, priced_channel, month

),

valid_minutes as (

    select
        service_code,
        case_type,
        intake_channel,
        minutes,
        evidence_grade,
        valid_from,
        lead(valid_from) over (
            partition by service_code, case_type, intake_channel
            order by valid_from
        ) as replaced_on
    from processing_minutes

),

-- Minutes of the case type go before those of all types, the service's own rate before that of the whole town.
answered as (

    select
        counted.*,
        coalesce(of_type.minutes, of_all.minutes) as minutes,
        case when of_type.minutes is null then of_all.evidence_grade else of_type.evidence_grade end as minutes_grade,
        coalesce(own_rates.rate_eur_per_hour, town_rates.rate_eur_per_hour) as rate_eur_per_hour,
        case
            when own_rates.rate_eur_per_hour is null then town_rates.evidence_grade else own_rates.evidence_grade
        end as rate_grade
    from counted
    left join valid_minutes as of_type
        on
            counted.service_code = of_type.service_code
            and counted.case_type = of_type.case_type
            and counted.priced_channel = of_type.intake_channel
            and counted.month >= of_type.valid_from
            and counted.month < coalesce(of_type.replaced_on, {{ add_months('counted.month', 1) }})
    left join valid_minutes as of_all
        on
            counted.service_code = of_all.service_code
            and of_all.case_type = 'all'
            and counted.priced_channel = of_all.intake_channel
            and counted.month >= of_all.valid_from
            and counted.month < coalesce(of_all.replaced_on, {{ add_months('counted.month', 1) }})
    left join rates as own_rates
        on
            own_rates.assumption = 'staff_cost_rate.' || counted.service_code
            and counted.month = own_rates.month
    left join rates as town_rates
        on
            town_rates.assumption = 'staff_cost_rate'
            and counted.month = town_rates.month

)

-- Sixtieths of a euro: hours are minutes by sixty, and one division stands in the last select of the report.
select
    service_code,
    intake_channel,
    month,
    cast(sum(decided_cases) as bigint) as decided_cases,
    cast(coalesce(sum(case when minutes is not null then decided_cases end), 0) as bigint) as timed_cases,
    cast(
        coalesce(sum(case when minutes is not null and rate_eur_per_hour is not null then decided_cases end), 0)
        as bigint
    ) as priced_cases,
    cast(sum(decided_cases * minutes * rate_eur_per_hour) as decimal(38, 6)) as staff_cost_sixtieths,
    max(greatest(minutes_grade, rate_grade)) as evidence_grade
from answered
group by service_code, intake_channel, month
