with

measures as (

    select * from {{ source('town', 'measures') }}

),

measure_services as (

    select * from {{ source('town', 'measure_services') }}

),

successors as (

    select * from {{ source('town', 'successors') }}

),

services as (

    select * from {{ source('town', 'services') }}

),

baselines as (

    select * from {{ ref('dim_baselines') }}

),

potentials as (

    select * from {{ ref('int_potentials_priced') }}

),

cohorts as (

    select * from {{ ref('int_cohorts_counted') }}

),

cost_items as (

    select * from {{ ref('int_cost_items_admitted') }}

),

covered as (

    select * from {{ ref('int_months_covered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

wanted as (

    select distinct
        measures.measure_id,
        measures.status,
        measures.went_live_on,
        coalesce(successors.current_service_code, measure_services.service_code) as service_code
    from measures
    inner join measure_services on measures.measure_id = measure_services.measure_id
    left join successors on measure_services.service_code = successors.service_code

),

first_seen as (

    select
        service_code,
        min(month) as first_month
    from cohorts
    group by service_code

),

-- A measure belongs to the youngest baseline that is not younger than it.
placed as (

    select
        wanted.measure_id,
        wanted.service_code,
        baselines.state,
        baselines.full_months,
        baselines.claim_possible_from,
        row_number() over (
            partition by wanted.measure_id, wanted.service_code
            order by baselines.live_on desc, baselines.version asc
        ) as place
    from wanted
    inner join baselines
        on wanted.service_code = baselines.service_code and wanted.went_live_on >= baselines.live_on
    where baselines.is_claimed or baselines.version is null

),

judged as (

    select
        wanted.measure_id,
        wanted.service_code,
        placed.full_months,
        case
            when first_seen.first_month is null then 'no_cases'
            when wanted.status in ('planned', 'running') or wanted.went_live_on is null then 'not_live'
            when placed.state is not null then placed.state
            when wanted.went_live_on >= settings.as_of_month then 'month_not_over'
            else 'no_cases'
        end as awaits,
        case
            when placed.state is not null then placed.claim_possible_from
            else {{ add_months('first_seen.first_month', 12) }}
        end as claim_possible_from
    from wanted
    cross join settings
    left join first_seen on wanted.service_code = first_seen.service_code
    left join placed
        on wanted.measure_id = placed.measure_id and wanted.service_code = placed.service_code and placed.place = 1

),

awaited as (

    select * from judged
    where awaits <> 'frozen'

),

parallel_costs as (

    select
        cost_items.measure_id,
        sum(cost_items.actual_eur) as parallel_cost_eur
    from cost_items
    cross join settings
    where
        cost_items.kind = 'parallel'
        and cost_items.month < settings.as_of_month
        and cost_items.month >= {{ add_months('settings.as_of_month', -12) }}
    group by cost_items.measure_id

),

-- What both routes cost is told by measure: it stands on the row of all services, so that a sum counts it once.
told as (

    select
        awaited.measure_id,
        awaited.service_code,
        coalesce(services.office_code, 'unknown') as office_code,
        awaited.awaits,
        awaited.full_months,
        awaited.claim_possible_from,
        potentials.received_cases,
        potentials.priced_cases,
        potentials.potential_minutes,
        cast(null as decimal(18, 2)) as parallel_cost_eur
    from awaited
    left join services on awaited.service_code = services.service_code
    left join potentials on awaited.service_code = potentials.service_code
    union all
    select
        waiting.measure_id,
        'all' as service_code,
        'all' as office_code,
        'see_services' as awaits,
        null as full_months,
        null as claim_possible_from,
        null as received_cases,
        null as priced_cases,
        null as potential_minutes,
        parallel_costs.parallel_cost_eur
    from (select distinct measure_id from awaited) as waiting
    left join parallel_costs on waiting.measure_id = parallel_costs.measure_id

)

select
    told.measure_id,
    told.service_code,
    told.office_code,
    told.awaits,
    told.full_months,
    told.claim_possible_from,
    told.received_cases,
    told.priced_cases,
    cast(told.potential_minutes as double) / 60 as potential_hours,
    cast(told.parallel_cost_eur as decimal(18, 2)) as parallel_cost_eur,
    covered.coverage_share,
    coalesce(covered.is_provisional, true) as is_provisional,
    coalesce(told.received_cases < settings.min_cases, told.service_code <> 'all')
    or coalesce(told.priced_cases between 1 and settings.min_cases - 1, false) as is_small_cell
from told
cross join settings
left join covered on covered.month = {{ add_months('settings.as_of_month', -1) }}
