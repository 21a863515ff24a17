with

measures as (

    select * from {{ source('town', 'measures') }}

),

measure_plans as (

    select * from {{ source('town', 'measure_plans') }}

),

costs as (

    select * from {{ ref('int_plan_costs_summed') }}

),

volumes as (

    select * from {{ ref('int_plan_volumes_counted') }}

),

covered as (

    select * from {{ ref('int_months_covered') }}
    where is_current

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

-- A measure that is not at work is late as soon as its day has passed, and from then on by more each day.
dated as (

    select
        measures.measure_id,
        measures.went_live_on,
        measure_plans.planned_go_live_on,
        measure_plans.responsible_function,
        case
            when measure_plans.planned_go_live_on is null then 'not_told'
            when measures.went_live_on > measure_plans.planned_go_live_on then 'late'
            when measures.went_live_on is not null then 'in_time'
            when measure_plans.planned_go_live_on < settings.as_of then 'overdue'
            else 'ahead'
        end as go_live_state,
        case
            when measures.went_live_on is not null
                then {{ days_between('measure_plans.planned_go_live_on', 'measures.went_live_on') }}
            when measure_plans.planned_go_live_on < settings.as_of
                then {{ days_between('measure_plans.planned_go_live_on', 'settings.as_of') }}
        end as days_late
    from measures
    cross join settings
    left join measure_plans on measures.measure_id = measure_plans.measure_id

)

select
    dated.measure_id,
    dated.responsible_function,

    ---- dates
    dated.planned_go_live_on,
    dated.went_live_on,
    dated.go_live_state,
    cast(dated.days_late as bigint) as days_late,

    ---- cost, plan and booked of the same months
    cast(costs.plan_total_eur as decimal(18, 2)) as plan_total_eur,
    cast(costs.plan_eur as decimal(18, 2)) as cost_plan_eur,
    cast(costs.cost_eur as decimal(18, 2)) as cost_eur,
    cast(costs.cost_eur - costs.plan_eur as decimal(18, 2)) as cost_over_plan_eur,
    cast(costs.one_off_plan_eur as decimal(18, 2)) as one_off_plan_eur,
    cast(costs.one_off_eur as decimal(18, 2)) as one_off_cost_eur,
    cast(costs.running_plan_eur as decimal(18, 2)) as running_plan_eur,
    cast(costs.running_eur as decimal(18, 2)) as running_cost_eur,
    cast(costs.parallel_plan_eur as decimal(18, 2)) as parallel_plan_eur,
    cast(costs.parallel_eur as decimal(18, 2)) as parallel_cost_eur,
    cast(costs.relief_plan_eur as decimal(18, 2)) as relief_plan_eur,
    cast(costs.relief_eur as decimal(18, 2)) as cash_released_eur,
    case
        when costs.one_off_eur is null then 'not_told'
        when costs.parallel_eur is null then 'parallel_cost_unknown'
        when costs.plan_eur is null then 'no_plan'
    end as cost_reason,
    cast(coalesce(costs.booking_count, 0) as bigint) as booking_count,

    ---- volume
    volumes.planned_channel,
    cast(volumes.planned_cases as bigint) as planned_cases,
    volumes.counted_from_month,
    cast(volumes.received_cases as bigint) as received_cases,
    cast(volumes.received_cases as double) / volumes.planned_cases as volume_share,
    volumes.received_cases * 2 < volumes.planned_cases as is_below_half,
    coalesce(
        volumes.volume_reason, case when volumes.measure_id is null then 'not_told' end
    ) as volume_reason,

    ---- trust
    costs.evidence_grade,
    covered.coverage_share,
    covered.is_provisional,
    coalesce(volumes.received_cases < settings.min_cases, false) as is_small_cell
from dated
cross join covered
cross join settings
left join costs on dated.measure_id = costs.measure_id
left join volumes on dated.measure_id = volumes.measure_id
