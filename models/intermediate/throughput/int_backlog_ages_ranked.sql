{{ config(materialized='table') }}

with

segments as (

    select * from {{ ref('int_backlog_segments_numbered') }}

),

office_days as (

    select * from {{ ref('int_office_days_counted') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

calendar_days as (

    select
        calendar_code,
        day,
        min(working_day_number) as today_number
    from office_days
    where is_known
    group by calendar_code, day

),

aged as (

    select
        service_code,
        office_code,
        calendar_code,
        received_number,
        from_day,
        least(to_day, last_known_day) as to_day
    from segments
    where received_number is not null

),

changes as (

    select
        service_code,
        office_code,
        calendar_code,
        received_number,
        from_day as day,
        1 as change
    from aged
    where from_day <= to_day
    union all
    select
        service_code,
        office_code,
        calendar_code,
        received_number,
        {{ add_days('to_day', 1) }} as day,
        -1 as change
    from aged
    where from_day <= to_day

),

cell_changes as (

    select
        coalesce(service_code, 'all') as service_code,
        coalesce(office_code, 'all') as office_code,
        calendar_code,
        received_number,
        day,
        sum(change) as change
    from changes
    group by calendar_code, received_number, day, cube (service_code, office_code)
    having sum(change) <> 0

),

-- By one calendar all cases grow old at the same pace, so that their order is that of their days of receipt: the place
-- is found among blocks of 32 opening days first, then within one block. Where calendars differ each day is a block.
cells as (

    select
        service_code,
        office_code,
        case when count(distinct calendar_code) = 1 then 32 else 1 end as block_days
    from cell_changes
    group by service_code, office_code

),

blocked as (

    select
        cell_changes.*,
        cells.block_days,
        cast(floor(cell_changes.received_number / cells.block_days) as bigint) as block_number
    from cell_changes
    inner join cells
        on
            cell_changes.service_code = cells.service_code
            and cell_changes.office_code = cells.office_code

),

block_changes as (

    select
        service_code,
        office_code,
        calendar_code,
        block_days,
        block_number,
        day,
        sum(change) as change
    from blocked
    group by service_code, office_code, calendar_code, block_days, block_number, day
    having sum(change) <> 0

),

block_runs as (

    select
        *,
        sum(change) over (
            partition by service_code, office_code, calendar_code, block_number
            order by day
            rows between unbounded preceding and current row
        ) as open_cases,
        lead(day) over (
            partition by service_code, office_code, calendar_code, block_number
            order by day
        ) as next_day
    from block_changes

),

block_days as (

    select
        block_runs.service_code,
        block_runs.office_code,
        block_runs.calendar_code,
        block_runs.block_number,
        block_runs.block_number * block_runs.block_days as first_number,
        block_runs.open_cases,
        {{ day_series('block_runs.day', 'least(' ~ add_days('block_runs.next_day', -1) ~ ', settings.as_of)') }} as day
    from block_runs
    cross join settings
    where block_runs.open_cases > 0

),

block_places as (

    select
        block_days.*,
        calendar_days.today_number,
        sum(block_days.open_cases) over (
            partition by block_days.service_code, block_days.office_code, block_days.day
        ) as aged_cases,
        sum(block_days.open_cases) over (
            partition by block_days.service_code, block_days.office_code, block_days.day
            order by calendar_days.today_number - block_days.first_number, block_days.calendar_code
            rows between unbounded preceding and current row
        ) as younger_or_same
    from block_days
    inner join calendar_days
        on
            block_days.calendar_code = calendar_days.calendar_code
            and block_days.day = calendar_days.day

),

-- Linear between the two cases around the place (n - 1) * 0.9, as percentile_cont; exact, as it counts in tenths.
placed as (

    select
        *,
        younger_or_same - open_cases as younger,
        cast(floor((aged_cases - 1) * 9 / 10) as bigint) as place_below,
        cast(ceil((aged_cases - 1) * 9 / 10) as bigint) as place_above,
        (aged_cases - 1) * 9 % 10 as tenths_above
    from block_places

),

wanted as (

    select
        *,
        'below' as side,
        place_below - younger as place_in_block
    from placed
    where younger <= place_below and place_below < younger_or_same
    union all
    select
        *,
        'above' as side,
        place_above - younger as place_in_block
    from placed
    where younger <= place_above and place_above < younger_or_same

),

runs as (

    select
        service_code,
        office_code,
        calendar_code,
        block_number,
        received_number,
        day as from_day,
        sum(change) over (
            partition by service_code, office_code, calendar_code, received_number
            order by day
            rows between unbounded preceding and current row
        ) as open_cases,
        lead(day) over (
            partition by service_code, office_code, calendar_code, received_number
            order by day
        ) as next_day
    from blocked

),

ranked as (

    select
        wanted.day,
        wanted.service_code,
        wanted.office_code,
        wanted.side,
        wanted.tenths_above,
        wanted.place_in_block,
        wanted.today_number - runs.received_number as age_working_days,
        runs.open_cases,
        sum(runs.open_cases) over (
            partition by wanted.day, wanted.service_code, wanted.office_code, wanted.side
            order by runs.received_number desc
            rows between unbounded preceding and current row
        ) as younger_or_same
    from wanted
    inner join runs
        on
            wanted.service_code = runs.service_code
            and wanted.office_code = runs.office_code
            and wanted.calendar_code = runs.calendar_code
            and wanted.block_number = runs.block_number
            and wanted.day >= runs.from_day
            and wanted.day < runs.next_day
    where runs.open_cases > 0

),

ages as (

    select
        day,
        service_code,
        office_code,
        max(tenths_above) as tenths_above,
        max(age_working_days) filter (where side = 'below') as age_below,
        max(age_working_days) filter (where side = 'above') as age_above
    from ranked
    where younger_or_same - open_cases <= place_in_block and place_in_block < younger_or_same
    group by day, service_code, office_code

)

select
    day,
    service_code,
    office_code,
    cast(age_below * (10 - tenths_above) + age_above * tenths_above as double) / 10 as p90_age_working_days
from ages
