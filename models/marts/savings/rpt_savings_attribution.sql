with

estimated as (

    select * from {{ ref('int_savings_estimated') }}
    where span = 'checked'

),

services as (

    select * from {{ source('town', 'services') }}

),

months as (

    select * from {{ ref('int_months_covered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

-- Where nothing is checked, the month the claim last speaks of stands for the period.
covered as (

    select
        estimated.measure_id,
        estimated.service_code,
        estimated.attribution_method,
        min(months.coverage_share) as coverage_share,
        bool_or(months.is_provisional) as is_provisional
    from estimated
    inner join months
        on months.month >= coalesce(estimated.first_checked_month, estimated.month) and estimated.month >= months.month
    group by estimated.measure_id, estimated.service_code, estimated.attribution_method

)

select
    estimated.measure_id,
    estimated.service_code,
    coalesce(services.office_code, 'unknown') as office_code,
    estimated.attribution_method,
    estimated.attribution_state,
    estimated.attribution_reason,
    estimated.is_grade_lowered,

    ---- what is checked
    estimated.first_checked_month as first_month,
    estimated.month as last_month,
    estimated.minutes / 60 as claimed_hours,
    estimated.p10 / 60 as claimed_p10_hours,
    estimated.p50 / 60 as claimed_p50_hours,
    estimated.p90 / 60 as claimed_p90_hours,

    ---- what the check says
    estimated.check_minutes / 60 as checked_hours,
    estimated.check_low / 60 as checked_low_hours,
    estimated.check_high / 60 as checked_high_hours,
    estimated.comparison_services,
    estimated.premise_probability,
    estimated.draws_seed,

    ---- trust
    estimated.evidence_grade,
    estimated.checked_months as month_count,
    estimated.claimed_cases,
    covered.coverage_share,
    covered.is_provisional,
    estimated.claimed_cases < settings.min_cases as is_small_cell
from estimated
inner join covered
    on
        estimated.measure_id = covered.measure_id
        and estimated.service_code = covered.service_code
        and estimated.attribution_method = covered.attribution_method
left join services on estimated.service_code = services.service_code
cross join settings
