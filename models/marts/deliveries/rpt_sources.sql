with

deliveries as (

    select * from {{ ref('fct_deliveries') }}

),

deliveries_ranked as (

    select * from {{ ref('int_deliveries_ranked') }}

),

sources_reached as (

    select * from {{ ref('int_sources_reached') }}

),

listed as (

    select * from {{ source('town', 'sources') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

covered as (

    select * from {{ ref('int_months_covered') }}
    where is_current

),

by_source as (

    select
        source,
        count(*) as deliveries,
        max(stand) as stand,
        sum(rows_read) as rows_read,
        sum(rows_admitted) as rows_admitted,
        sum(rows_quarantined) as rows_quarantined,
        sum(rows_duplicate) as rows_duplicate,
        sum(rows_superseded) as rows_superseded,
        sum(rows_contradicted) as rows_contradicted
    from deliveries
    group by source

),

-- A source of town.toml that never delivered has no row of its own: somebody must say that it is silent.
silent as (

    select count(*) as silent_source_count
    from listed
    left join by_source on listed.source = by_source.source
    where by_source.source is null

),

-- What an older dump refused is in no newer one: only deliveries that count can lack a booking.
bookings as (

    select
        source,
        sum(rows_quarantined) as refused_bookings
    from deliveries_ranked
    where record_kind = 'costs' and is_current
    group by source

),

aged as (

    select
        by_source.*,
        coalesce(bookings.refused_bookings, 0) as refused_bookings,
        {{ days_between('sources_reached.newest_day', 'settings.as_of') }} as age_days,
        sources_reached.expected_every_days as allowed_days,
        case when sources_reached.ended_on <= settings.as_of then sources_reached.ended_on end as ended_on
    from by_source
    inner join sources_reached on by_source.source = sources_reached.source
    left join bookings on by_source.source = bookings.source
    cross join settings

),

judged as (

    select
        *,
        case when allowed_days is not null then coalesce(age_days > allowed_days, true) end as is_late
    from aged

),

-- The town is as old as its oldest source among those somebody waits for, and late when one of them is.
totalled as (

    select
        source,
        1 as source_count,
        case when is_late then 1 else 0 end as late_source_count,
        case when allowed_days is not null then 1 else 0 end as awaited_source_count,
        case when ended_on is not null then 1 else 0 end as ended_source_count,
        deliveries,
        stand,
        age_days,
        allowed_days,
        ended_on,
        is_late,
        rows_read,
        rows_admitted,
        rows_quarantined,
        rows_duplicate,
        rows_superseded,
        rows_contradicted,
        refused_bookings
    from judged

    union all

    select
        'all' as source,
        count(*) as source_count,
        count(*) filter (where is_late) as late_source_count,
        count(allowed_days) as awaited_source_count,
        count(ended_on) as ended_source_count,
        sum(deliveries) as deliveries,
        coalesce(min(case when allowed_days is not null then stand end), min(stand)) as stand,
        coalesce(max(case when allowed_days is not null then age_days end), max(age_days)) as age_days,
        null as allowed_days,
        null as ended_on,
        bool_or(is_late) as is_late,
        sum(rows_read) as rows_read,
        sum(rows_admitted) as rows_admitted,
        sum(rows_quarantined) as rows_quarantined,
        sum(rows_duplicate) as rows_duplicate,
        sum(rows_superseded) as rows_superseded,
        sum(rows_contradicted) as rows_contradicted,
        sum(refused_bookings) as refused_bookings
    from judged
    having count(*) > 0

)

select
    totalled.source,
    case when totalled.source <> 'all' then coalesce(listed.title, totalled.source) end as source_name,
    cast(totalled.source_count as bigint) as source_count,
    cast(totalled.late_source_count as bigint) as late_source_count,
    cast(totalled.awaited_source_count as bigint) as awaited_source_count,
    cast(totalled.ended_source_count as bigint) as ended_source_count,
    cast(case when totalled.source = 'all' then silent.silent_source_count else 0 end as bigint) as silent_source_count,
    cast(totalled.deliveries as bigint) as deliveries,
    totalled.stand,
    {{ local_day('totalled.stand') }} as stand_on,
    cast(totalled.age_days as bigint) as age_days,
    cast(totalled.allowed_days as bigint) as allowed_days,
    cast(totalled.ended_on as date) as ended_on,
    totalled.is_late,
    cast(totalled.rows_read as bigint) as rows_read,
    cast(totalled.rows_admitted as bigint) as rows_admitted,
    cast(totalled.rows_quarantined as bigint) as rows_quarantined,
    cast(totalled.rows_duplicate as bigint) as rows_duplicate,
    cast(totalled.rows_superseded as bigint) as rows_superseded,
    cast(totalled.rows_contradicted as bigint) as rows_contradicted,
    cast(totalled.refused_bookings as bigint) as refused_bookings,
    cast(totalled.rows_quarantined as double) / nullif(totalled.rows_read, 0) as quarantined_share,
    totalled.rows_read
    = totalled.rows_admitted + totalled.rows_quarantined + totalled.rows_duplicate + totalled.rows_superseded
        as is_balanced,
    covered.coverage_share,
    covered.is_provisional,
    false as is_small_cell
from totalled
left join listed on totalled.source = listed.source
cross join covered
cross join silent
