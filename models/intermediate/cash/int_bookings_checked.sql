with

bookings as (

    select * from {{ ref('int_bookings_paired') }}

),

lines as (

    select * from {{ ref('int_budget_lines_rated') }}

),

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

open_routes as (

    select * from {{ ref('int_paper_routes_judged') }}

),

posts_told as (

    select count(*) > 0 as has_posts from posts

),

-- A post of an office whose service the measure touches, that goes with the measure and not long before it.
lapsed as (

    select
        measure_services.measure_id,
        min(posts.lapses_on) as lapsed_on
    from measure_services
    inner join measures on measure_services.measure_id = measures.measure_id
    inner join services on measure_services.service_code = services.service_code
    inner join posts
        on
            services.office_code = posts.office_code
            and posts.lapses_on >= {{ add_months(month_of('measures.went_live_on'), -1) }}
    group by measure_services.measure_id

),

facts as (

    select
        bookings.*,
        bookings.actual_eur - bookings.reversed_eur as net_eur,
        year(bookings.month) as year,
        year(measures.went_live_on) - 1 as base_year,
        lines.budget_line_id is not null as has_line,
        coalesce(lines.is_fee_funded, false) as is_fee_funded,
        coalesce(lines.cost_type, 'other') as cost_type,
        lines.contract_ends_on,
        coalesce(bookings.month >= {{ month_of('measures.went_live_on') }}, false) as is_after_go_live,
        coalesce(lapsed.lapsed_on < {{ add_months('bookings.month', 1) }}, false) as has_lapsed_post,
        posts_told.has_posts,
        open_routes.measure_id is not null as is_open_route
    from bookings
    cross join posts_told
    left join measures on bookings.measure_id = measures.measure_id
    left join lines
        on
            bookings.budget_line_id = lines.budget_line_id
            and year(bookings.month) = lines.year
    left join lapsed on bookings.measure_id = lapsed.measure_id
    left join open_routes
        on
            bookings.measure_id = open_routes.measure_id
            and bookings.month = open_routes.month

)

select
    *,
    -- The first thing that speaks against it stands.
    case
        when actual_eur < 0 and original_position is null then 'wrong_sign'
        when actual_eur < 0 and taken_off_eur < -actual_eur then 'reversal_too_large'
        when actual_eur < 0 then 'reversal'
        when kind <> 'cash_released' then null
        when budget_line_id is null and booking_ref is null then 'hours_as_cash'
        when booking_ref is null then 'no_booking'
        when use_number > 1 then 'booked_twice'
        when not has_line then 'line_unknown'
        when not is_after_go_live then 'before_go_live'
        when cost_type = 'staff' and has_posts and not has_lapsed_post then 'no_post_lapsed'
        when cost_type = 'rent' and contract_ends_on >= {{ add_months('month', 1) }} then 'contract_not_ended'
        when is_open_route then 'no_parallel_cost'
    end as finding,
    case
        when cost_type = 'staff' and not has_posts then 'no_post_told'
        when cost_type = 'rent' and contract_ends_on is null then 'no_contract_told'
    end as proof_missing
from facts
