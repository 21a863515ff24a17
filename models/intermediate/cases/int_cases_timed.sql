with

cases as (

    select * from {{ ref('int_cases_dated') }}

),

office_days as (

    select * from {{ ref('int_office_days_timed') }}

),

channels as (

    select * from {{ source('town', 'channels') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

-- Of two rules for a channel the later one takes over on its first day.
channels_followed as (

    select
        *,
        lead(valid_from) over (partition by channel order by valid_from) as next_valid_from
    from channels

),

channel_rules as (

    select
        *,
        least(
            coalesce(valid_to, date '9999-12-31'),
            coalesce({{ add_days('next_valid_from', -1) }}, date '9999-12-31')
        ) as holds_to
    from channels_followed
    where channel <> 'unknown'

),

timed as (

    select
        cases.*,
        case
            when cases.lead_us is null then null
            when cases.is_lead_by_day then least(ended.open_us_before - came.open_us_before, cases.lead_us)
            else {{ worked_us('ended', 'cases.closed_at') }} - {{ worked_us('came', 'cases.received_at') }}
        end as working_us,
        cases.closed_at <= cases.due_at as is_on_time,
        case
            when cases.due_at is null then null
            when cases.closed_at is not null then false
            else cases.due_at < settings.as_of_end_at
        end as is_overdue,
        case
            when cases.due_at is null then null
            when cases.closed_at is not null or cases.due_at < settings.as_of_end_at then false
            when cases.due_day > {{ add_days('settings.as_of', 400) }} then false
            else due.working_day_number - today.working_day_number <= 5
        end as is_at_risk,
        case
            when cases.closed_at is null and cases.received_day <= settings.as_of
                then today.working_day_number - came.working_day_number
        end as age_working_days,
        channel_rules.counts_as_paper as is_paper_intake,
        channel_rules.counts_as_online as is_online_intake
    from cases
    cross join settings
    left join office_days as today on cases.office_code = today.office_code and settings.as_of = today.day
    left join office_days as came on cases.office_code = came.office_code and cases.received_day = came.day
    left join office_days as ended on cases.office_code = ended.office_code and cases.closed_day = ended.day
    left join office_days as due on cases.office_code = due.office_code and cases.due_day = due.day
    left join channel_rules
        on
            cases.intake_channel = channel_rules.channel
            and coalesce(cases.received_day, cases.first_event_day) >= channel_rules.valid_from
            and coalesce(cases.received_day, cases.first_event_day) <= channel_rules.holds_to

)

select * from timed
