{{ config(materialized='table') }}

with

cells as (

    select * from {{ ref('int_savings_cells_priced') }}

),

measure_services as (

    select * from {{ source('town', 'measure_services') }}

),

-- Per case type: same volume and mix as now, the old way (counterfactual) against the way it was done (actual).
case_types as (

    select
        measure_id,
        service_code,
        month,
        case_type,
        sum(actual_cases) as actual_cases,
        sum(baseline_cases) as baseline_cases,
        bool_or(is_unpriced) or sum(baseline_cases) = 0 as is_unknown,
        max(evidence_grade) as evidence_grade,
        cast(sum(baseline_cases * baseline_minutes) as double) as old_way,
        cast(sum(baseline_cases * baseline_low_minutes) as double) as old_way_low,
        cast(sum(baseline_cases * baseline_high_minutes) as double) as old_way_high,
        sum(actual_cases * baseline_minutes) as new_mix_old_way,
        sum(actual_cases * actual_minutes) as new_way,
        sum(actual_cases * actual_low_minutes) as new_way_low,
        sum(actual_cases * actual_high_minutes) as new_way_high
    from cells
    group by measure_id, service_code, month, case_type

),

-- Decimals again after the division, so that sums do not depend on the order of rows.
scaled as (

    select
        *,
        cast(old_way * actual_cases / nullif(baseline_cases, 0) as decimal(28, 8)) as counterfactual,
        cast(old_way_low * actual_cases / nullif(baseline_cases, 0) as decimal(28, 8)) as counterfactual_low,
        cast(old_way_high * actual_cases / nullif(baseline_cases, 0) as decimal(28, 8)) as counterfactual_high
    from case_types

),

services as (

    select
        measure_id,
        service_code,
        month,
        cast(sum(actual_cases) as bigint) as claimed_cases,
        cast(sum(baseline_cases) as bigint) as baseline_cases,
        max(case when actual_cases > 0 then evidence_grade end) as evidence_grade,
        sum(baseline_cases) > 0 and not bool_or(actual_cases > 0 and is_unknown) as is_known,
        sum(case when actual_cases > 0 then counterfactual else 0 end) as counterfactual,
        sum(case when actual_cases > 0 then counterfactual_low - new_way_low else 0 end) as saved_at_low,
        sum(case when actual_cases > 0 then counterfactual_high - new_way_high else 0 end) as saved_at_high,
        sum(case when actual_cases > 0 then new_mix_old_way else 0 end) as new_mix_old_way,
        sum(case when actual_cases > 0 then new_way else 0 end) as new_way
    from scaled
    group by measure_id, service_code, month

),

-- What the measure may claim of the service.
claimed as (

    select
        services.measure_id,
        services.service_code,
        services.month,
        services.claimed_cases,
        services.baseline_cases,
        services.is_known,
        case when services.is_known then services.evidence_grade end as evidence_grade,
        case when services.is_known then cast(measure_services.share as double) end as share,
        services.counterfactual,
        services.saved_at_low,
        services.saved_at_high,
        services.new_mix_old_way,
        services.new_way
    from services
    inner join measure_services
        on
            services.measure_id = measure_services.measure_id
            and services.service_code = measure_services.service_code

),

shared as (

    select
        measure_id,
        service_code,
        month,
        claimed_cases,
        baseline_cases,
        is_known,
        evidence_grade,
        cast(cast(counterfactual as double) * share as decimal(28, 8)) as counterfactual_minutes,
        cast(cast(new_mix_old_way as double) * share as decimal(28, 8)) as new_mix_minutes,
        cast(cast(new_way as double) * share as decimal(28, 8)) as actual_minutes,
        cast(cast(saved_at_low as double) * share as decimal(28, 8)) as saved_at_low_minutes,
        cast(cast(saved_at_high as double) * share as decimal(28, 8)) as saved_at_high_minutes
    from claimed

)

select
    measure_id,
    service_code,
    month,
    claimed_cases,
    baseline_cases,
    is_known,
    evidence_grade,
    counterfactual_minutes,
    actual_minutes,
    counterfactual_minutes - new_mix_minutes as channel_effect_minutes,
    new_mix_minutes - actual_minutes as efficiency_effect_minutes,
    counterfactual_minutes - actual_minutes as capacity_minutes,
    least(counterfactual_minutes - actual_minutes, saved_at_low_minutes, saved_at_high_minutes) as capacity_low_minutes,
    greatest(
        counterfactual_minutes - actual_minutes, saved_at_low_minutes, saved_at_high_minutes
    ) as capacity_high_minutes
from shared
