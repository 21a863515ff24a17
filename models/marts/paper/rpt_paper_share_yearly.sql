with

counts as (

    select * from {{ ref('int_paper_cases_counted') }}

),

periods as (

    select * from {{ ref('int_periods_covered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

summed as (

    select
        periods.period,
        periods.period_start,
        periods.period_end,
        periods.coverage_share,
        periods.is_provisional,
        counts.month_basis,
        counts.service_code,
        counts.office_code,
        sum(counts.cases) as cases,
        sum(counts.paper_in_cases) as paper_in_cases,
        sum(counts.counter_paper_cases) as counter_paper_cases,
        sum(counts.online_cases) as online_cases,
        sum(counts.known_channel_cases) as known_channel_cases
    from counts
    inner join periods on counts.month between periods.period_start and periods.period_end
    group by
        periods.period, periods.period_start, periods.period_end, periods.coverage_share, periods.is_provisional,
        counts.month_basis, counts.service_code, counts.office_code

),

-- Only the services of the whole town are ranked: the rows of single offices and totals are no parts of it.
ranked as (

    select
        period,
        month_basis,
        service_code,
        office_code,
        row_number() over most_paper_first as paper_rank,
        sum(paper_in_cases) over (
            partition by period, month_basis
            order by paper_in_cases desc, service_code asc
            rows between unbounded preceding and current row
        ) as paper_in_cases_so_far,
        sum(paper_in_cases) over (partition by period, month_basis) as paper_in_cases_in_town
    from summed
    where service_code <> 'all' and office_code = 'all'
    window most_paper_first as (
        partition by period, month_basis
        order by paper_in_cases desc, service_code asc
    )

)

select
    summed.period,
    summed.month_basis,
    summed.service_code,
    summed.office_code,
    summed.period_start,
    summed.period_end,
    cast(summed.cases as bigint) as cases,
    cast(summed.paper_in_cases as double) / nullif(summed.known_channel_cases, 0) as paper_share_in,
    cast(summed.paper_in_cases as bigint) as paper_in_cases,
    cast(summed.counter_paper_cases as bigint) as counter_paper_cases,
    cast(summed.known_channel_cases as bigint) as known_channel_cases,
    cast(summed.online_cases as double) / nullif(summed.known_channel_cases, 0) as online_share,
    cast(summed.online_cases as bigint) as online_cases,

    ---- place among the services of the town
    cast(ranked.paper_rank as bigint) as paper_rank,
    cast(ranked.paper_in_cases_so_far as double) / nullif(ranked.paper_in_cases_in_town, 0) as town_paper_so_far_share,
    cast(ranked.paper_in_cases_in_town as bigint) as town_paper_in_cases,

    ---- trust
    summed.coverage_share,
    summed.is_provisional,
    coalesce(summed.cases < settings.min_cases, true) as is_small_cell

from summed
left join ranked
    on
        summed.period = ranked.period
        and summed.month_basis = ranked.month_basis
        and summed.service_code = ranked.service_code
        and summed.office_code = ranked.office_code
cross join settings
