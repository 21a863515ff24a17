with

scans as (

    select * from {{ ref('fct_scans') }}

),

months as (

    select * from {{ ref('int_months_covered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

dated as (

    select
        {{ month_of(local_day('scanned_at')) }} as month,
        origin,
        pages
    from scans
    where scanned_at is not null

),

counted as (

    select
        scans.month,
        count(*) as documents,
        sum(scans.pages) as pages,
        sum(case when scans.origin in ('own_print', 'digital_sender') then scans.pages end) as own_pages,
        sum(case when scans.origin <> 'unknown' then scans.pages end) as known_pages
    from dated as scans
    group by scans.month

)

select
    counted.month,
    cast(counted.documents as bigint) as documents,
    cast(counted.pages as bigint) as pages,
    cast(case when counted.known_pages > 0 then coalesce(counted.own_pages, 0) end as bigint) as own_pages,
    cast(coalesce(counted.known_pages, 0) as bigint) as known_pages,
    cast(coalesce(counted.own_pages, 0) as double) / nullif(counted.known_pages, 0) as own_share,
    months.coverage_share,
    coalesce(months.is_provisional, true) as is_provisional,
    coalesce(counted.documents < settings.min_cases, true) as is_small_cell
from counted
cross join settings
left join months on counted.month = months.month
