with

measures as (

    select * from {{ source('town', 'measures') }}

),

estimated as (

    select * from {{ ref('int_savings_estimated') }}
    where service_code <> 'all'

),

cash as (

    select * from {{ ref('int_cash_totalled') }}

),

claims as (

    select * from {{ ref('int_measure_claims_read') }}

),

baselines as (

    select * from {{ ref('dim_baselines') }}

),

bookings as (

    select * from {{ ref('fct_cost_items') }}
    where kind = 'cash_released' and actual_eur is not null

),

qualities as (

    select * from {{ ref('int_service_quality_compared') }}

),

ledger as (

    select * from {{ ref('fct_savings_ledger') }}

),

covered as (

    select * from {{ ref('int_months_covered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

-- The last twelve full months.
hours as (

    select
        estimated.*,
        covered.coverage_share
    from estimated
    cross join settings
    inner join covered on estimated.month = covered.month
    where
        estimated.span = 'month'
        and estimated.month < settings.as_of_month
        and estimated.month >= {{ add_months('settings.as_of_month', -12) }}

),

money as (

    select cash.*
    from cash
    cross join settings
    where cash.month < settings.as_of_month and cash.month >= {{ add_months('settings.as_of_month', -12) }}

),

asked as (

    select measures.measure_id
    from measures
    cross join settings
    where measures.status in ('live', 'stopped') and measures.went_live_on < settings.as_of

),

hours_by_measure as (

    select
        measure_id,
        count(case when {{ stands('claim_state') }} then 1 end) as told_months,
        count(distinct case when coverage_share < 0.95 then month end) as uncovered_months,
        min(coverage_share) as least_coverage,
        max(case when {{ stands('claim_state') }} then evidence_grade end) as worst_grade,
        sum(case when {{ stands('claim_state') }} then claimed_cases end) as cases
    from hours
    group by measure_id

),

-- 1. Is what the figures rest on complete?
data_quality as (

    select
        asked.measure_id,
        1 as question_number,
        'data_quality' as question,
        case
            when hours_by_measure.measure_id is null then 'open'
            when hours_by_measure.uncovered_months = 0 then 'yes'
            else 'partly'
        end as answer,
        case
            when hours_by_measure.measure_id is null then 'no_months'
            when hours_by_measure.uncovered_months = 0 then 'all_sources_reach'
            else 'sources_missing'
        end as reason,
        hours_by_measure.least_coverage as value,
        cast(null as double) as value_before,
        hours_by_measure.cases as basis_cases
    from asked
    left join hours_by_measure on asked.measure_id = hours_by_measure.measure_id

),

-- 2. Does the calculation rest on measured minutes?
calculation as (

    select
        asked.measure_id,
        2 as question_number,
        'calculation' as question,
        case
            when coalesce(hours_by_measure.told_months, 0) = 0 then 'open'
            when hours_by_measure.worst_grade = 'A' then 'yes'
            when hours_by_measure.worst_grade = 'B' then 'partly'
            else 'no'
        end as answer,
        case
            when coalesce(hours_by_measure.told_months, 0) = 0 then 'no_months'
            else 'grade_' || lower(hours_by_measure.worst_grade)
        end as reason,
        cast(hours_by_measure.told_months as double) as value,
        cast(null as double) as value_before,
        hours_by_measure.cases as basis_cases
    from asked
    left join hours_by_measure on asked.measure_id = hours_by_measure.measure_id

),

cash_by_measure as (

    select
        measure_id,
        count(case when cash_state = 'known' then 1 end) as known_months,
        count(case when cash_state = 'parallel_cost_unknown' then 1 end) as open_months,
        count(case when cash_state = 'finance_silent' then 1 end) as silent_months,
        sum(one_off_cost_eur + running_cost_eur + parallel_cost_eur) as cost_eur
    from money
    group by measure_id

),

-- 3. Are all costs taken off?
net_of_costs as (

    select
        asked.measure_id,
        3 as question_number,
        'net_of_costs' as question,
        case
            when coalesce(told.known_months + told.open_months + told.silent_months, 0) = 0 then 'open'
            when told.open_months > 0 then 'no'
            when told.known_months = 0 then 'open'
            when told.silent_months > 0 then 'partly'
            else 'yes'
        end as answer,
        case
            when coalesce(told.known_months + told.open_months + told.silent_months, 0) = 0 then 'not_told'
            when told.open_months > 0 then 'parallel_cost_unknown'
            when told.known_months = 0 or told.silent_months > 0 then 'finance_silent'
            else 'costs_told'
        end as reason,
        cast(told.cost_eur as double) as value,
        cast(null as double) as value_before,
        cast(null as bigint) as basis_cases
    from asked
    left join cash_by_measure as told on asked.measure_id = told.measure_id

),

-- Worse is a median more than a tenth longer, or a share of deadlines kept more than five points lower.
quality_by_service as (

    select
        qualities.measure_id,
        qualities.timed_now_cases,
        qualities.median_before_us,
        qualities.median_now_us,
        least(qualities.timed_before_cases, qualities.timed_now_cases) >= settings.min_cases as is_timed,
        least(qualities.deadline_before_cases, qualities.deadline_now_cases) >= settings.min_cases as is_dated,
        qualities.median_now_us > 1.1 * qualities.median_before_us as is_slower,
        cast(qualities.on_time_now_cases as double) / nullif(qualities.deadline_now_cases, 0)
        < cast(qualities.on_time_before_cases as double) / nullif(qualities.deadline_before_cases, 0) - 0.05 as is_later
    from qualities
    cross join settings

),

quality_by_measure as (

    select
        measure_id,
        count(case when is_timed or is_dated then 1 end) as compared_services,
        count(case when is_timed and is_slower then 1 end) as slower_services,
        count(case when is_dated and is_later then 1 end) as later_services,
        sum(case when is_timed or is_dated then timed_now_cases end) as cases
    from quality_by_service
    group by measure_id

),

-- 4. Did service not suffer?
service_quality as (

    select
        asked.measure_id,
        4 as question_number,
        'service_quality' as question,
        case
            when coalesce(quality.compared_services, 0) = 0 then 'open'
            when quality.slower_services > 0 or quality.later_services > 0 then 'no'
            else 'yes'
        end as answer,
        case
            when coalesce(quality.compared_services, 0) = 0 then 'too_few_decided'
            when quality.slower_services > 0 then 'takes_longer'
            when quality.later_services > 0 then 'misses_deadlines'
            else 'no_longer_no_later'
        end as reason,
        cast(
            case when quality.slower_services > 0 then quality.slower_services else quality.later_services end as double
        ) as value,
        cast(quality.compared_services as double) as value_before,
        quality.cases as basis_cases
    from asked
    left join quality_by_measure as quality on asked.measure_id = quality.measure_id

),

claimed_baselines as (

    select distinct
        hours.measure_id,
        baselines.baseline_id,
        baselines.kind,
        baselines.is_newest,
        baselines.baseline_cases
    from hours
    inner join baselines on hours.baseline_id = baselines.baseline_id

),

baselines_by_measure as (

    select
        measure_id,
        count(*) as baselines,
        count(case when kind = 'measured' then 1 end) as measured_baselines,
        count(case when kind = 'reconstructed' then 1 end) as reconstructed_baselines,
        count(case when not is_newest then 1 end) as outdated_baselines,
        sum(baseline_cases) as cases
    from claimed_baselines
    group by measure_id

),

awaited_by_measure as (

    select
        claims.measure_id,
        count(*) as awaited_services
    from claims
    left join estimated
        on
            claims.measure_id = estimated.measure_id
            and claims.service_code = estimated.service_code
            and estimated.baseline_id is not null
    where estimated.baseline_id is null
    group by claims.measure_id

),

-- 5. Is what it is compared with real?
baseline as (

    select
        asked.measure_id,
        5 as question_number,
        'realistic_baseline' as question,
        case
            when found.baselines is null then 'no'
            when waiting.awaited_services > 0 or found.outdated_baselines > 0 then 'partly'
            when found.measured_baselines = found.baselines then 'yes'
            else 'partly'
        end as answer,
        case
            when found.baselines is null then 'no_baseline'
            when waiting.awaited_services > 0 then 'baseline_missing_for_some'
            when found.outdated_baselines > 0 then 'newer_data'
            when found.reconstructed_baselines > 0 then 'baseline_reconstructed'
            when found.measured_baselines = found.baselines then 'frozen_at_go_live'
            else 'frozen_in_retrospect'
        end as reason,
        cast(coalesce(found.baselines, 0) as double) as value,
        cast(null as double) as value_before,
        found.cases as basis_cases
    from asked
    left join baselines_by_measure as found on asked.measure_id = found.measure_id
    left join awaited_by_measure as waiting on asked.measure_id = waiting.measure_id

),

bookings_by_measure as (

    select
        measure_id,
        count(*) as booked,
        sum(case when audit_finding = 'reallocated' then actual_eur else 0 end) as reallocated_eur,
        count(case when cash_grade = 'B' then 1 end) as unchecked
    from bookings
    group by measure_id

),

-- 6. Did cost not only move elsewhere?
reallocation as (

    select
        asked.measure_id,
        6 as question_number,
        'no_reallocation' as question,
        case
            when booked.booked is null then 'not_applicable'
            when booked.reallocated_eur > 0 then 'no'
            when booked.unchecked > 0 then 'partly'
            else 'yes'
        end as answer,
        case
            when booked.booked is null then 'no_relief_booked'
            when booked.reallocated_eur > 0 then 'sister_lines_rose'
            when booked.unchecked > 0 then 'year_not_over'
            else 'sister_lines_did_not_rise'
        end as reason,
        cast(booked.reallocated_eur as double) as value,
        cast(null as double) as value_before,
        cast(null as bigint) as basis_cases
    from asked
    left join bookings_by_measure as booked on asked.measure_id = booked.measure_id

),

checks_by_measure as (

    select
        measure_id,
        count(case when attribution_state = 'agrees' then 1 end) as agreeing_checks,
        count(case when attribution_state = 'disagrees' then 1 end) as disagreeing_checks,
        count(case when is_grade_lowered then 1 end) as lowering_checks
    from estimated
    where span = 'checked'
    group by measure_id

),

-- 7. Was it the measure?
cause as (

    select
        asked.measure_id,
        7 as question_number,
        'cause' as question,
        case
            when coalesce(checked.agreeing_checks + checked.disagreeing_checks, 0) = 0 then 'open'
            when checked.lowering_checks > 0 then 'no'
            when checked.disagreeing_checks > 0 then 'partly'
            else 'yes'
        end as answer,
        case
            when coalesce(checked.agreeing_checks + checked.disagreeing_checks, 0) = 0 then 'not_checkable'
            when checked.disagreeing_checks > 0 then 'checks_disagree'
            else 'checks_agree'
        end as reason,
        cast(
            case when checked.disagreeing_checks > 0 then checked.disagreeing_checks else checked.agreeing_checks end
            as double
        ) as value,
        cast(checked.agreeing_checks + checked.disagreeing_checks as double) as value_before,
        cast(null as bigint) as basis_cases
    from asked
    left join checks_by_measure as checked on asked.measure_id = checked.measure_id

),

recorded_by_measure as (

    select
        measure_id,
        count(*) as recorded,
        count(case when status in ('proven', 'executed', 'audited') then 1 end) as confirmed
    from ledger
    where is_standing and status not in ('planned', 'expected')
    group by measure_id

),

-- 8. Did somebody else confirm it?
second_function as (

    select
        asked.measure_id,
        8 as question_number,
        'second_function' as question,
        case
            when recorded.recorded is null then 'open'
            when recorded.confirmed = 0 then 'no'
            when recorded.confirmed < recorded.recorded then 'partly'
            else 'yes'
        end as answer,
        case
            when recorded.recorded is null then 'nothing_recorded'
            when recorded.confirmed = 0 then 'not_confirmed'
            when recorded.confirmed < recorded.recorded then 'partly_confirmed'
            else 'confirmed'
        end as reason,
        cast(recorded.confirmed as double) as value,
        cast(recorded.recorded as double) as value_before,
        cast(null as bigint) as basis_cases
    from asked
    left join recorded_by_measure as recorded on asked.measure_id = recorded.measure_id

),

answered as (

    select * from data_quality
    union all
    select * from calculation
    union all
    select * from net_of_costs
    union all
    select * from service_quality
    union all
    select * from baseline
    union all
    select * from reallocation
    union all
    select * from cause
    union all
    select * from second_function

)

select
    answered.measure_id,
    cast(answered.question_number as bigint) as question_number,
    answered.question,
    answered.answer,
    answered.reason,
    answered.value,
    answered.value_before,
    cast(answered.basis_cases as bigint) as basis_cases,
    covered.coverage_share,
    coalesce(covered.is_provisional, true) as is_provisional,
    coalesce(answered.basis_cases < settings.min_cases, false) as is_small_cell
from answered
cross join settings
left join covered on covered.month = {{ add_months('settings.as_of_month', -1) }}
