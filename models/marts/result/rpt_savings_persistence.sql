with

drawn as (

    select * from {{ ref('int_hours_of_years_drawn') }}
    where subject = 'measure'

),

covered as (

    select * from {{ ref('int_months_covered') }}
    where is_current

),

settings as (

    select * from {{ ref('int_settings_read') }}

)

select
    drawn.code as measure_id,
    drawn.months_after,
    drawn.minutes as persistence_share,
    drawn.p10 as persistence_low_share,
    drawn.p90 as persistence_high_share,
    drawn.first_minutes / 60 as first_year_hours,
    drawn.first_cases as first_year_cases,
    drawn.cases as later_year_cases,
    drawn.services as service_count,
    drawn.measured_services as measured_service_count,
    drawn.unknown_reason,
    drawn.draws_seed,
    drawn.evidence_grade,
    covered.coverage_share,
    covered.is_provisional,
    coalesce(least(drawn.first_cases, drawn.cases) < settings.min_cases, false) as is_small_cell
from drawn
cross join covered
cross join settings
