with

paper_counts as (

    select *
    from {{ ref('int_paper_cases_counted') }}
    where office_code = 'all'

),

flows as (

    select *
    from {{ ref('int_throughput_months_filled') }}
    where office_code = 'all' and intake_channel = 'all'

),

months as (

    select * from {{ ref('int_months_covered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

shares as (

    select
        'paper_share_in' as metric,
        month,
        month_basis,
        service_code,
        paper_in_cases as part_cases,
        known_channel_cases as base_cases
    from paper_counts
    union all
    select
        'online_share' as metric,
        month,
        month_basis,
        service_code,
        online_cases as part_cases,
        known_channel_cases as base_cases
    from paper_counts
    union all
    select
        'end_to_end_share' as metric,
        month,
        month_basis,
        service_code,
        end_to_end_cases as part_cases,
        end_to_end_known_cases as base_cases
    from paper_counts
    union all
    select
        'on_time_share' as metric,
        month,
        'closed' as month_basis,
        service_code,
        on_time_cases as part_cases,
        deadline_cases as base_cases
    from flows

),

-- Wilson 1927: the share, its centre and its spread, each over 1 + z^2 / n; z is the normal quantile for 95 %.
measured as (

    select
        *,
        cast(part_cases as double) / base_cases as share,
        3.841458820694124 / base_cases as z2_by_n
    from shares
    where base_cases > 0

),

bounded as (

    select
        *,
        (share + z2_by_n / 2 - sqrt(z2_by_n * share * (1 - share) + z2_by_n * z2_by_n / 4)) / (1 + z2_by_n) as low,
        (share + z2_by_n / 2 + sqrt(z2_by_n * share * (1 - share) + z2_by_n * z2_by_n / 4)) / (1 + z2_by_n) as high
    from measured

),

clipped as (

    select
        metric,
        month,
        month_basis,
        service_code,
        part_cases,
        base_cases,
        share,
        greatest(low, 0) as low,
        least(high, 1) as high
    from bounded

),

-- Newcombe 1998, method 10: the bounds of a difference from those of its two shares.
paired as (

    select
        now.*,
        past.part_cases as part_cases_before,
        past.base_cases as base_cases_before,
        past.share as share_before,
        now.share - past.share as change,
        now.share - past.share - sqrt(
            (now.share - now.low) * (now.share - now.low) + (past.high - past.share) * (past.high - past.share)
        ) as change_low,
        now.share - past.share + sqrt(
            (now.high - now.share) * (now.high - now.share) + (past.share - past.low) * (past.share - past.low)
        ) as change_high
    from clipped as now
    left join clipped as past
        on
            now.metric = past.metric
            and now.month_basis = past.month_basis
            and now.service_code = past.service_code
            and {{ add_months('now.month', -12) }} = past.month

)

select
    paired.metric,
    paired.month,
    paired.month_basis,
    paired.service_code,

    ---- the month
    paired.share as share_now,
    round(paired.low, 12) as share_low,
    round(paired.high, 12) as share_high,
    paired.part_cases,
    paired.base_cases,

    ---- the same month a year before
    paired.share_before,
    paired.part_cases_before,
    paired.base_cases_before,

    ---- the change
    paired.change,
    round(paired.change_low, 12) as change_low,
    round(paired.change_high, 12) as change_high,
    paired.change_low <= 0 and paired.change_high >= 0 as is_unchanged,

    ---- trust
    months.coverage_share,
    months.is_provisional,
    coalesce(least(paired.base_cases, coalesce(paired.base_cases_before, paired.base_cases)) < settings.min_cases, true)
        as is_small_cell

from paired
inner join months on paired.month = months.month
cross join settings
