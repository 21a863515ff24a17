{{ config(materialized='table') }}

with

claims as (

    select * from {{ ref('int_measure_claims_read') }}

),

cohorts as (

    select * from {{ ref('int_cohorts_counted') }}

),

channels as (

    select * from {{ source('town', 'channels') }}

),

answered as (

    select * from {{ ref('int_minutes_answered') }}

),

estimated as (

    select * from {{ ref('int_savings_estimated') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

ranked_channels as (

    select
        channels.channel,
        channels.counts_as_paper,
        channels.counts_as_online,
        row_number() over (partition by channels.channel order by channels.valid_from desc) as age_rank
    from channels
    cross join settings
    where
        channels.valid_from <= settings.as_of
        and (channels.valid_to is null or channels.valid_to >= settings.as_of)

),

-- Where the log is younger than a year, what a statistic tells of the months before it makes the year whole.
year_cohorts as (

    select
        cohorts.*,
        coalesce(ranked_channels.counts_as_paper, false) as is_paper,
        coalesce(ranked_channels.counts_as_online, false) as is_online
    from cohorts
    cross join settings
    left join ranked_channels
        on
            cohorts.intake_channel = ranked_channels.channel
            and ranked_channels.age_rank = 1
    where
        cohorts.month >= {{ add_months('settings.as_of_month', -12) }}
        and cohorts.month < settings.as_of_month

),

-- Decimals: a sum of doubles differs with the order in which they come.
volumes as (

    select
        claims.measure_id,
        sum(year_cohorts.received_cases * cast(claims.share as decimal(12, 6))) as cases,
        sum(
            case when year_cohorts.is_paper then year_cohorts.received_cases else 0 end
            * cast(claims.share as decimal(12, 6))
        ) as paper_cases
    from claims
    inner join year_cohorts on claims.service_code = year_cohorts.service_code
    group by claims.measure_id

),

claimed as (

    select
        estimated.measure_id,
        estimated.service_code,
        sum(estimated.after_minutes) as after_minutes
    from estimated
    cross join settings
    where
        estimated.span = 'month'
        and estimated.service_code <> 'all'
        and estimated.claim_state = 'claimed'
        and estimated.claimed_cases >= settings.min_cases
        and estimated.month >= {{ add_months('settings.as_of_month', -12) }}
    group by estimated.measure_id, estimated.service_code

),

-- What a case takes on paper and online today, where the hours are proven.
priced as (

    select
        claimed.measure_id,
        claims.share,
        year_cohorts.is_paper,
        year_cohorts.is_online,
        year_cohorts.decided_cases,
        answered.minutes
    from claimed
    inner join claims
        on
            claimed.measure_id = claims.measure_id
            and claimed.service_code = claims.service_code
    inner join year_cohorts on claimed.service_code = year_cohorts.service_code
    left join answered
        on
            year_cohorts.service_code = answered.service_code
            and year_cohorts.case_type = answered.case_type
            and year_cohorts.intake_channel = answered.intake_channel
            and year_cohorts.month = answered.asked_on
    where year_cohorts.decided_cases > 0

),

minutes_of_ways as (

    select
        measure_id,
        sum(case when is_paper then decided_cases * share end) as paper_cases,
        sum(case when is_paper then decided_cases * share * minutes end) as paper_minutes,
        sum(case when is_online then decided_cases * share end) as online_cases,
        sum(case when is_online then decided_cases * share * minutes end) as online_minutes,
        sum(case when is_paper or is_online then 1 else 0 end) as cells,
        sum(case when (is_paper or is_online) and minutes is not null then 1 else 0 end) as priced_cells
    from priced
    group by measure_id

),

worked as (

    select
        measure_id,
        sum(after_minutes) as after_minutes
    from claimed
    group by measure_id

),

saved as (

    select estimated.*
    from estimated
    cross join settings
    where
        estimated.span = 'last_12'
        and estimated.service_code = 'all'
        and estimated.evidence_grade = 'A'
        and estimated.month = {{ add_months('settings.as_of_month', -1) }}

)

select
    volumes.measure_id,
    cast(volumes.cases as double) as cases,
    cast(volumes.paper_cases as double) as paper_cases,
    cast(minutes_of_ways.paper_cases as double) as proven_paper_cases,
    case
        when minutes_of_ways.cells = minutes_of_ways.priced_cells
            then
                minutes_of_ways.paper_minutes / nullif(minutes_of_ways.paper_cases, 0)
                - minutes_of_ways.online_minutes / nullif(minutes_of_ways.online_cases, 0)
    end as gap_minutes,
    saved.minutes as saved_minutes,
    saved.p10 as saved_p10,
    saved.p90 as saved_p90,
    cast(worked.after_minutes as double) as after_minutes
from volumes
left join minutes_of_ways on volumes.measure_id = minutes_of_ways.measure_id
left join worked on volumes.measure_id = worked.measure_id
left join saved on volumes.measure_id = saved.measure_id
