with

estimated as (

    select * from {{ ref('int_savings_estimated') }}
    where span = 'cell'

),

cohorts as (

    select * from {{ ref('int_cohorts_counted') }}

),

baseline_cells as (

    select * from {{ ref('fct_baseline_cells') }}

),

processing_minutes as (

    select * from {{ ref('int_minutes_read') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

decided as (

    select
        service_code,
        month,
        case_type,
        sum(received_cases) as received_cases,
        sum(decided_cases) as decided_cases
    from cohorts
    where intake_channel <> 'unknown'
    group by service_code, month, case_type

),

-- A value that was edited away since a baseline was frozen has no row of its own any more.
named as (

    select
        estimated.*,
        coalesce(old_rows.entered_service_code, estimated.service_code) as old_service_code,
        coalesce(new_rows.entered_service_code, estimated.service_code) as new_service_code
    from estimated
    left join processing_minutes as old_rows
        on
            estimated.service_code = old_rows.service_code
            and estimated.intake_channel = old_rows.intake_channel
            and estimated.old_value = old_rows.case_type
            and estimated.old_valid_from = old_rows.valid_from
    left join processing_minutes as new_rows
        on
            estimated.service_code = new_rows.service_code
            and estimated.intake_channel = new_rows.intake_channel
            and estimated.new_value = new_rows.case_type
            and estimated.new_valid_from = new_rows.valid_from

)

select
    named.month,
    named.measure_id,
    named.service_code,
    named.case_type,
    named.intake_channel,
    coalesce(baseline_cells.cases, 0) as baseline_cases,
    named.claimed_cases as received_cases,
    decided.decided_cases / cast(decided.received_cases as double) as decided_share,
    named.cases_without,
    named.cases_with,
    named.claimed_part,
    named.kept_part,
    cast(named.old_minutes as decimal(18, 4)) as minutes_without,
    cast(named.new_minutes as decimal(18, 4)) as minutes_after,
    (named.minutes - named.efficiency_minutes) / 60 as channel_effect_hours,
    named.efficiency_minutes / 60 as efficiency_effect_hours,
    named.minutes / 60 as capacity_released_hours,
    named.baseline_id,
    {{ minutes_id('named.old_service_code', 'named.old_value', 'named.intake_channel', 'named.old_valid_from') }}
        as assumption_id_without,
    {{ minutes_id('named.new_service_code', 'named.new_value', 'named.intake_channel', 'named.new_valid_from') }}
        as assumption_id_after,
    named.claimed_cases < settings.min_cases as is_small_cell,
    coalesce(baseline_cells.is_small_cell, false) as is_small_baseline_cell
from named
cross join settings
left join baseline_cells
    on
        named.baseline_id = baseline_cells.baseline_id
        and named.case_type = baseline_cells.case_type
        and named.intake_channel = baseline_cells.intake_channel
left join decided
    on
        named.service_code = decided.service_code
        and named.month = decided.month
        and named.case_type = decided.case_type
