with

measures as (

    select * from {{ source('town', 'measures') }}

),

measure_services as (

    select * from {{ source('town', 'measure_services') }}

),

paper_cases as (

    select * from {{ ref('int_paper_cases_counted') }}
    where month_basis = 'received' and office_code = 'all' and paper_in_cases > 0

),

bookings as (

    select * from {{ ref('int_bookings_paired') }}

),

-- Nought euros told are told.
told as (

    select distinct measure_id
    from bookings
    where kind = 'parallel'

)

select distinct
    measures.measure_id,
    paper_cases.month
from measures
inner join measure_services on measures.measure_id = measure_services.measure_id
inner join paper_cases on measure_services.service_code = paper_cases.service_code
left join told on measures.measure_id = told.measure_id
where
    told.measure_id is null
    and measures.status = 'live'
    and paper_cases.month >= {{ month_of('measures.went_live_on') }}
    and paper_cases.month < coalesce(measures.ended_on, {{ add_months('paper_cases.month', 1) }})
    and paper_cases.month < coalesce(measures.paper_route_closed_on, {{ add_months('paper_cases.month', 1) }})
