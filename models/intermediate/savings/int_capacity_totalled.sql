with

minutes_saved as (

    select * from {{ ref('int_savings_minutes_computed') }}

),

services as (

    select * from {{ source('town', 'services') }}

),

attributed as (

    select
        minutes_saved.*,
        coalesce(services.office_code, 'unknown') as office_code
    from minutes_saved
    left join services on minutes_saved.service_code = services.service_code

),

-- A total with an unknown part is unknown.
totalled as (

    select
        measure_id,
        month,
        coalesce(service_code, 'all') as service_code,
        coalesce(office_code, 'all') as office_code,
        cast(sum(claimed_cases) as bigint) as claimed_cases,
        cast(sum(baseline_cases) as bigint) as baseline_cases,
        case when bool_and(is_known) then max(evidence_grade) end as evidence_grade,
        case when bool_and(is_known) then sum(counterfactual_minutes) end as counterfactual_minutes,
        case when bool_and(is_known) then sum(actual_minutes) end as actual_minutes,
        case when bool_and(is_known) then sum(channel_effect_minutes) end as channel_effect_minutes,
        case when bool_and(is_known) then sum(efficiency_effect_minutes) end as efficiency_effect_minutes,
        case when bool_and(is_known) then sum(capacity_minutes) end as capacity_minutes,
        case when bool_and(is_known) then sum(capacity_low_minutes) end as capacity_low_minutes,
        case when bool_and(is_known) then sum(capacity_high_minutes) end as capacity_high_minutes
    from attributed
    group by measure_id, month, cube (service_code, office_code)

)

select * from totalled
