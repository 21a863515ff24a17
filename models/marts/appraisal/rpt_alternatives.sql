with

appraised as (

    select * from {{ ref('int_alternatives_appraised') }}

),

counted as (

    select * from {{ ref('int_alternatives_counted') }}

),

lines as (

    select * from {{ ref('int_savings_appraised') }}
    where kind = 'line'

),

covered as (

    select * from {{ ref('int_months_covered') }}
    where is_current

),

settings as (

    select * from {{ ref('int_settings_read') }}

)

select
    appraised.measure_id,
    appraised.alternative,
    appraised.line,
    {{ rounded('appraised.value') }} as npv_eur,
    {{ rounded('appraised.p10') }} as npv_p10_eur,
    {{ rounded('appraised.p50') }} as npv_p50_eur,
    {{ rounded('appraised.p90') }} as npv_p90_eur,
    appraised.refusal_reason,
    appraised.missing_assumptions,
    lines.appraisal_years,
    lines.is_default_horizon,
    lines.discount_rate,
    appraised.draws_seed,

    ---- trust
    cast(round(counted.cases) as bigint) as year_cases,
    cast(round(counted.paper_cases) as bigint) as year_paper_cases,
    covered.coverage_share,
    coalesce(covered.coverage_share < 0.95, true) as is_provisional,
    coalesce(
        counted.cases < settings.min_cases or counted.paper_cases > 0 and counted.paper_cases < settings.min_cases, true
    ) as is_small_cell
from appraised
inner join lines on appraised.measure_id = lines.measure_id and appraised.line = lines.line
left join counted on appraised.measure_id = counted.measure_id
cross join covered
cross join settings
