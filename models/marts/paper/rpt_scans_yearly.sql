with

scans as (

    select * from {{ ref('fct_scans') }}

),

periods as (

    select * from {{ ref('int_periods_covered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

counted as (

    select
        periods.period,
        periods.period_start,
        periods.period_end,
        periods.coverage_share,
        periods.is_provisional,
        count(*) as documents,
        sum(scans.pages) as pages,
        sum(case when scans.origin in ('own_print', 'digital_sender') then scans.pages end) as own_pages,
        sum(case when scans.origin <> 'unknown' then scans.pages end) as known_pages
    from scans
    inner join periods on {{ local_day('scans.scanned_at') }} between periods.period_start and periods.period_end
    group by
        periods.period, periods.period_start, periods.period_end, periods.coverage_share, periods.is_provisional

)

select
    counted.period,
    counted.period_start,
    counted.period_end,
    cast(counted.documents as bigint) as documents,
    cast(counted.pages as bigint) as pages,
    cast(case when counted.known_pages > 0 then coalesce(counted.own_pages, 0) end as bigint) as own_pages,
    cast(coalesce(counted.known_pages, 0) as bigint) as known_pages,
    cast(coalesce(counted.own_pages, 0) as double) / nullif(counted.known_pages, 0) as own_share,
    counted.coverage_share,
    counted.is_provisional,
    coalesce(counted.documents < settings.min_cases, true) as is_small_cell
from counted
cross join settings
