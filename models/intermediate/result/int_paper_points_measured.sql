with

cases as (

    select * from {{ ref('int_cases_judged') }}
    where received_month is not null

),

channels as (

    select * from {{ source('town', 'channels') }}

),

successors as (

    select * from {{ source('town', 'successors') }}

),

claims as (

    select * from {{ ref('int_measure_claims_read') }}
    where status in ('live', 'stopped')

),

costs as (

    select * from {{ ref('int_plan_costs_summed') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

-- One rule for both years, that of today: a channel that no longer counts as paper took no paper away.
rules as (

    select
        channels.channel,
        channels.counts_as_paper
    from channels
    cross join settings
    where settings.as_of between channels.valid_from and coalesce(channels.valid_to, settings.as_of)

),

received as (

    select
        coalesce(successors.current_service_code, cases.service_code) as service_code,
        cases.received_month as month,
        count(*) as known_cases,
        sum(case when rules.counts_as_paper then 1 else 0 end) as paper_cases
    from cases
    inner join rules on cases.intake_channel = rules.channel
    left join successors on cases.service_code = successors.service_code
    where cases.intake_channel <> 'unknown'
    group by coalesce(successors.current_service_code, cases.service_code), cases.received_month

),

log as (

    select min(month) as first_month from received

),

windows as (

    select
        claims.measure_id,
        claims.service_code,
        {{ month_of('claims.went_live_on') }} as live_month,
        {{ add_months(month_of('claims.went_live_on'), -12) }} as before_month,
        {{ add_months('settings.as_of_month', -12) }} as now_month,
        settings.as_of_month as end_month,
        case
            when log.first_month is null or {{ add_months(month_of('claims.went_live_on'), -12) }} < log.first_month
                then 'no_year_before'
            when {{ add_months('settings.as_of_month', -12) }} <= {{ month_of('claims.went_live_on') }}
                then 'too_early'
        end as unknown_reason
    from claims
    cross join settings
    cross join log

),

counted as (

    select
        windows.measure_id,
        windows.service_code,
        windows.unknown_reason,
        sum(case when received.month < windows.live_month then received.known_cases else 0 end) as cases_before,
        sum(case when received.month < windows.live_month then received.paper_cases else 0 end) as paper_before,
        sum(case when received.month >= windows.now_month then received.known_cases else 0 end) as cases_now,
        sum(case when received.month >= windows.now_month then received.paper_cases else 0 end) as paper_now
    from windows
    left join received
        on
            windows.service_code = received.service_code
            and windows.before_month <= received.month
            and windows.end_month > received.month
    group by windows.measure_id, windows.service_code, windows.unknown_reason

),

-- What the measure costs is shared by its services as they are used now.
totalled as (

    select
        measure_id,
        coalesce(service_code, 'all') as service_code,
        max(unknown_reason) as unknown_reason,
        sum(cases_before) as cases_before,
        sum(paper_before) as paper_before,
        sum(cases_now) as cases_now,
        sum(paper_now) as paper_now
    from counted
    group by measure_id, cube (service_code)

),

measured as (

    select
        totalled.*,
        costs.cost_eur as measure_cost_eur,
        cast(totalled.paper_before as double) / nullif(totalled.cases_before, 0) as share_before,
        cast(totalled.paper_now as double) / nullif(totalled.cases_now, 0) as share_now,
        max(totalled.cases_now) over (partition by totalled.measure_id) as measure_cases
    from totalled
    left join costs on totalled.measure_id = costs.measure_id

)

select
    measure_id,
    service_code,
    cases_before,
    paper_before,
    cases_now,
    paper_now,
    share_before,
    share_now,
    (share_before - share_now) * 100 as points,
    {{ rounded('cast(measure_cost_eur as double) * cases_now / nullif(measure_cases, 0)') }} as cost_eur,
    case
        when unknown_reason is not null then unknown_reason
        when share_before is null or share_now is null then 'no_cases'
        when measure_cost_eur is null then 'cost_unknown'
        when share_now >= share_before then 'share_did_not_fall'
    end as unknown_reason
from measured
