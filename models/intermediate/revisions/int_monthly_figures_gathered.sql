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
hours as (

    select
        month,
        case when measure_id is null then 'all' else 'measure:' || measure_id end as scope,
        sum(cast(like_for_like_minutes / 60 as decimal(18, 4))) as like_for_like_hours,
        cast(sum(claimed_cases) as bigint) as cases
    from estimated
    where span = 'month' and service_code <> 'all' and like_for_like_minutes is not null
    group by grouping sets ((month, measure_id), (month))

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
