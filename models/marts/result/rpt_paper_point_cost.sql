with

measured as (

    select * from {{ ref('int_paper_points_measured') }}

),

periods as (

    select * from {{ ref('int_periods_covered') }}
    where period = 'last_12_months'

),

settings as (

    select * from {{ ref('int_settings_read') }}

)

select
    measured.measure_id,
    measured.service_code,
    cast(measured.cases_before as bigint) as cases_before,
    cast(measured.paper_before as bigint) as paper_before_cases,
    cast(measured.cases_now as bigint) as cases_now,
    cast(measured.paper_now as bigint) as paper_now_cases,
    case when measured.unknown_reason in ('no_year_before', 'too_early') then null else measured.share_before end
        as paper_share_before,
    case when measured.unknown_reason in ('no_year_before', 'too_early') then null else measured.share_now end
        as paper_share_now,
    case when measured.unknown_reason in ('no_year_before', 'too_early') then null else measured.points end
        as points_fallen,
    measured.cost_eur,
    case
        when measured.unknown_reason is null
            then {{ rounded('cast(measured.cost_eur as double) / measured.points') }}
    end as cost_per_point_eur,
    measured.unknown_reason,
    case when measured.unknown_reason is null then 'B' end as evidence_grade,
    periods.coverage_share,
    periods.is_provisional,
    least(measured.cases_before, measured.cases_now) < settings.min_cases as is_small_cell
from measured
cross join periods
cross join settings
