with

measures as (

    select * from {{ source('town', 'measures') }}

),

measure_services as (

    select * from {{ source('town', 'measure_services') }}

),

services as (

    select * from {{ source('town', 'services') }}

),

posts as (

    select * from {{ ref('fct_posts') }}

),

paired as (

    select * from {{ ref('int_bookings_paired') }}

),

audited as (

    select * from {{ ref('int_bookings_audited') }}

),

lines as (

    select * from {{ ref('int_budget_lines_rated') }}

),

-- Relief on a line of staff counts in the audit only with a post that went.
staff_relief as (

    select
        audited.measure_id,
        audited.month,
        sum(audited.accepted_eur) as staff_relief_eur
    from audited
    inner join paired
        on
            audited.delivery_id = paired.delivery_id
            and audited.position = paired.position
    inner join lines
        on
            paired.budget_line_id = lines.budget_line_id
            and year(audited.month) = lines.year
    where audited.kind = 'cash_released' and audited.cash_class = 'cash' and lines.cost_type = 'staff'
    group by audited.measure_id, audited.month
    having sum(audited.accepted_eur) > 0

),

touched as (

    select distinct
        staff_relief.measure_id,
        staff_relief.month,
        services.office_code,
        {{ add_months(month_of('measures.went_live_on'), -1) }} as lapses_from
    from staff_relief
    inner join measures on staff_relief.measure_id = measures.measure_id
    inner join measure_services on measures.measure_id = measure_services.measure_id
    inner join services on measure_services.service_code = services.service_code

),

lapsed as (

    select
        touched.measure_id,
        touched.month,
        posts.delivery_id,
        posts.position,
        posts.fte
    from touched
    inner join posts
        on
            touched.office_code = posts.office_code
            and touched.lapses_from <= posts.lapses_on
            and posts.lapses_on < {{ add_months('touched.month', 1) }}

),

-- A post goes once: measures that book it share it.
shared as (

    select
        measure_id,
        month,
        cast(fte as double) / count(*) over (partition by month, delivery_id, position) as fte
    from lapsed

)

select
    staff_relief.measure_id,
    staff_relief.month,
    cast(staff_relief.staff_relief_eur as decimal(18, 2)) as staff_relief_eur,
    coalesce(sum(shared.fte), 0) as lapsed_fte
from staff_relief
left join shared
    on
        staff_relief.measure_id = shared.measure_id
        and staff_relief.month = shared.month
group by staff_relief.measure_id, staff_relief.month, staff_relief.staff_relief_eur
