{{ config(materialized='table') }}

with

months_filled as (

    select * from {{ ref('int_throughput_months_filled') }}

),

paper_counted as (

    select * from {{ ref('int_paper_cases_counted') }}

),

cash as (

    select * from {{ ref('int_cash_totalled') }}

),

estimated as (

    select * from {{ ref('int_savings_estimated') }}

),

months as (

    select * from {{ ref('int_months_covered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

throughput as (

    select
        *,
        case when service_code = 'all' then 'all' else 'service:' || service_code end as scope
    from months_filled
    where office_code = 'all' and intake_channel = 'all'

),

paper as (

    select
        *,
        case when service_code = 'all' then 'all' else 'service:' || service_code end as scope
    from paper_counted
    where month_basis = 'received' and office_code = 'all'

),

-- What would have come anyway is estimated anew with each full month; without it only cases and minutes move hours.
standing as (

    select
        estimated.month,
        estimated.measure_id,
        estimated.service_code,
        estimated.claimed_cases,
        {{ rounded('estimated.like_for_like_minutes / 60', 4) }} as like_for_like_hours
    from estimated
    cross join settings
    where
        estimated.span = 'month'
        and estimated.service_code <> 'all'
        and {{ stands('estimated.claim_state') }}
        and estimated.claimed_cases >= settings.min_cases

),

-- The cases of a service are those of each of its measures: the town has them once.
hours_of_services as (

    select
        month,
        sum(like_for_like_hours) as like_for_like_hours,
        max(claimed_cases) as cases
    from standing
    group by month, service_code

),

hours as (

    select
        month,
        'measure:' || measure_id as scope,
        sum(like_for_like_hours) as like_for_like_hours,
        cast(sum(claimed_cases) as bigint) as cases
    from standing
    group by month, measure_id
    union all
    select
        month,
        'all' as scope,
        sum(like_for_like_hours) as like_for_like_hours,
        cast(sum(cases) as bigint) as cases
    from hours_of_services
    group by month

),

gathered as (

    select
        'received_cases' as metric,
        scope,
        month,
        cast(received_cases as double) as value,
        received_cases as cases
    from throughput
    union all
    select
        'closed_cases' as metric,
        scope,
        month,
        cast(closed_cases as double) as value,
        closed_cases as cases
    from throughput
    union all
    select
        'median_lead_seconds' as metric,
        scope,
        month,
        cast(median_lead_seconds as double) as value,
        lead_cases as cases
    from throughput
    union all
    select
        'on_time_share' as metric,
        scope,
        month,
        cast(on_time_share as double) as value,
        deadline_cases as cases
    from throughput
    union all
    select
        'paper_share_in' as metric,
        scope,
        month,
        cast(paper_in_cases as double) / nullif(known_channel_cases, 0) as value,
        known_channel_cases as cases
    from paper
    union all
    select
        'online_share' as metric,
        scope,
        month,
        cast(online_cases as double) / nullif(known_channel_cases, 0) as value,
        known_channel_cases as cases
    from paper
    union all
    select
        'end_to_end_share' as metric,
        scope,
        month,
        cast(end_to_end_cases as double) / nullif(end_to_end_known_cases, 0) as value,
        end_to_end_known_cases as cases
    from paper
    union all
    select
        'net_cash_eur' as metric,
        'measure:' || measure_id as scope,
        month,
        cast(net_cash_eur as double) as value,
        cast(null as bigint) as cases
    from cash
    union all
    select
        'like_for_like_hours' as metric,
        scope,
        month,
        cast(like_for_like_hours as double) as value,
        cases
    from hours

)

select
    gathered.metric,
    gathered.scope,
    gathered.month,
    gathered.value,
    gathered.cases
from gathered
inner join months on gathered.month = months.month
