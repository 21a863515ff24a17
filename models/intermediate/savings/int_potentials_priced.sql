with

cohorts as (

    select * from {{ ref('int_cohorts_counted') }}

),

processing_minutes as (

    select * from {{ ref('int_minutes_read') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

-- Where the log is younger than a year, what a statistic tells of the months before it makes the year whole.
year as (

    select
        cohorts.service_code,
        cohorts.case_type,
        cohorts.intake_channel,
        max(settings.as_of) as as_of,
        sum(cohorts.received_cases) as cases
    from cohorts
    cross join settings
    where
        cohorts.month < settings.as_of_month
        and cohorts.month >= {{ add_months('settings.as_of_month', -12) }}
    group by cohorts.service_code, cohorts.case_type, cohorts.intake_channel

),

-- What a case of the type takes as it came, and what it would take online.
asked as (

    select
        service_code,
        case_type,
        intake_channel,
        as_of,
        intake_channel as priced_channel
    from year
    union distinct
    select
        service_code,
        case_type,
        intake_channel,
        as_of,
        'online' as priced_channel
    from year

),

ranked as (

    select
        asked.service_code,
        asked.case_type,
        asked.intake_channel,
        asked.priced_channel,
        processing_minutes.minutes,
        row_number() over (
            partition by asked.service_code, asked.case_type, asked.intake_channel, asked.priced_channel
            order by {{ own_minutes_first('processing_minutes') }}
        ) as minutes_rank
    from asked
    inner join processing_minutes
        on
            asked.service_code = processing_minutes.service_code
            and asked.priced_channel = processing_minutes.intake_channel
            and processing_minutes.case_type in (asked.case_type, 'all')
            and asked.as_of >= processing_minutes.valid_from

),

priced as (

    select
        service_code,
        case_type,
        intake_channel,
        max(case when intake_channel = priced_channel then minutes end) as minutes,
        max(case when priced_channel = 'online' then minutes end) as online_minutes
    from ranked
    where minutes_rank = 1
    group by service_code, case_type, intake_channel

)

select
    year.service_code,
    cast(sum(year.cases) as bigint) as received_cases,
    cast(sum(case when priced.minutes - priced.online_minutes is not null then year.cases else 0 end) as bigint)
        as priced_cases,
    cast(sum(year.cases * (priced.minutes - priced.online_minutes)) as decimal(18, 4)) as potential_minutes
from year
left join priced
    on
        year.service_code = priced.service_code
        and year.case_type = priced.case_type
        and year.intake_channel = priced.intake_channel
group by year.service_code
