with

measures as (

    select * from {{ source('town', 'measures') }}

),

claims as (

    select * from {{ ref('int_measure_claims_read') }}

),

successors as (

    select * from {{ source('town', 'successors') }}

),

paper_counted as (

    select * from {{ ref('int_paper_cases_counted') }}
    where month_basis = 'received' and office_code = 'all' and paper_in_cases > 0

),

bookings as (

    select * from {{ ref('int_bookings_paired') }}

),

-- A service under a new name is the same route.
paper_cases as (

    select
        coalesce(successors.current_service_code, paper_counted.service_code) as service_code,
        paper_counted.month,
        paper_counted.paper_in_cases
    from paper_counted
    left join successors on paper_counted.service_code = successors.service_code

),

-- Nought euros told are told.
told as (

    select distinct measure_id
    from bookings
    where kind = 'parallel'

)

select
    claims.measure_id,
    paper_cases.month,
    told.measure_id is not null as is_parallel_told,
    sum(paper_cases.paper_in_cases) as paper_in_cases
from claims
inner join measures on claims.measure_id = measures.measure_id
inner join paper_cases on claims.service_code = paper_cases.service_code
left join told on claims.measure_id = told.measure_id
where
    claims.status = 'live'
    and paper_cases.month >= {{ month_of('claims.went_live_on') }}
    and paper_cases.month < coalesce(claims.ended_on, {{ add_months('paper_cases.month', 1) }})
    and paper_cases.month < coalesce(measures.paper_route_closed_on, {{ add_months('paper_cases.month', 1) }})
group by claims.measure_id, paper_cases.month, told.measure_id
