with

drawn as (

    select * from {{ ref('int_hours_of_years_drawn') }}
    where subject = 'office'

),

posts as (

    select * from {{ ref('fct_posts') }}

),

staff_plans as (

    select * from {{ source('town', 'staff_plans') }}

),

cash as (

    select * from {{ ref('int_cash_totalled') }}

),

lapsing as (

    select
        coalesce(office_code, 'unknown') as office_code,
        year(lapses_on) as year,
        sum(fte) as lapsing_fte
    from posts
    where lapses_on is not null
    group by coalesce(office_code, 'unknown'), year(lapses_on)

),

offices_posted as (

    select distinct coalesce(office_code, 'unknown') as office_code from posts

),

keys as (

    select
        code as office_code,
        year
    from drawn
    where code <> 'all'
    union distinct
    select
        office_code,
        year
    from lapsing
    union distinct
    select
        office_code,
        year
    from staff_plans

),

of_offices as (

    select
        keys.office_code,
        keys.year,
        case when offices_posted.office_code is not null then coalesce(lapsing.lapsing_fte, 0) end as lapsing_fte,
        staff_plans.retiring_fte,
        staff_plans.requested_fte,
        staff_plans.requested_eur
    from keys
    left join offices_posted on keys.office_code = offices_posted.office_code
    left join lapsing on keys.office_code = lapsing.office_code and keys.year = lapsing.year
    left join staff_plans on keys.office_code = staff_plans.office_code and keys.year = staff_plans.year

),

-- What offices did not tell is in no sum.
totalled as (

    select
        coalesce(office_code, 'all') as office_code,
        year,
        sum(lapsing_fte) as lapsing_fte,
        sum(retiring_fte) as retiring_fte,
        sum(requested_fte) as requested_fte,
        sum(requested_eur) as requested_eur
    from of_offices
    group by year, cube (office_code)

),

released as (

    select
        year(month) as year,
        sum(cash_released_eur) as cash_released_eur
    from cash
    group by year(month)

)

select
    totalled.*,
    drawn.minutes,
    drawn.p10,
    drawn.p50,
    drawn.p90,
    drawn.beneath_minutes,
    drawn.cases,
    drawn.months,
    drawn.evidence_grade,
    case when totalled.office_code = 'all' then released.cash_released_eur end as cash_released_eur
from totalled
left join drawn on totalled.office_code = drawn.code and totalled.year = drawn.year
left join released on totalled.year = released.year
