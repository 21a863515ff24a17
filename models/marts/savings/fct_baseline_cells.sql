with

baselines as (

    select * from {{ ref('int_baselines_cut') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

counted as (

    select
        baseline_id,
        service_code,
        case_type,
        intake_channel,
        live_on,
        sum(received_cases) as cases
    from baselines
    where cell = 'cases' and in_baseline
    group by baseline_id, service_code, case_type, intake_channel, live_on

),

timed as (

    select * from baselines
    where cell = 'minutes'

),

ranked as (

    select
        counted.baseline_id,
        counted.case_type,
        counted.intake_channel,
        timed.minutes,
        timed.standard_error,
        timed.sampled,
        timed.method,
        timed.evidence_grade,
        row_number() over (
            partition by counted.baseline_id, counted.case_type, counted.intake_channel
            order by {{ own_minutes_first('timed') }}
        ) as minutes_rank
    from counted
    inner join timed
        on
            counted.baseline_id = timed.baseline_id
            and counted.intake_channel = timed.intake_channel
            and timed.case_type in (counted.case_type, 'all')

),

held as (

    select * from ranked
    where minutes_rank = 1

),

whole as (

    select
        baseline_id,
        case_type,
        sum(cases) as type_cases
    from counted
    group by baseline_id, case_type

)

select
    counted.baseline_id,
    counted.service_code,
    counted.case_type,
    counted.intake_channel,
    cast(counted.cases as bigint) as cases,
    cast(whole.type_cases as bigint) as type_cases,
    cast(counted.cases as double) / whole.type_cases as channel_share,
    held.minutes as minutes_per_case,
    cast(held.standard_error as decimal(18, 4)) as standard_error,
    held.sampled,
    held.method,
    held.evidence_grade,
    counted.cases < settings.min_cases as is_small_cell
from counted
cross join settings
inner join whole on counted.baseline_id = whole.baseline_id and counted.case_type = whole.case_type
left join held
    on
        counted.baseline_id = held.baseline_id
        and counted.case_type = held.case_type
        and counted.intake_channel = held.intake_channel
