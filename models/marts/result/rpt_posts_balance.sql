with

gathered as (

    select * from {{ ref('int_office_years_gathered') }}

),

assumptions as (

    select * from {{ source('town', 'assumptions') }}
    where assumption = 'annual_minutes'

),

offices as (

    select * from {{ source('town', 'offices') }}

),

months as (

    select * from {{ ref('int_months_covered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

years as (

    select distinct
        gathered.year,
        least(make_date(gathered.year, 12, 31), settings.as_of) as judged_on
    from gathered
    cross join settings

),

-- Where nobody decided how long a post works a year, 1,600 hours stand, and are said to be nobody's.
annual as (

    select
        years.year,
        coalesce(max(assumptions.value), 96000) as annual_minutes,
        max(assumptions.value) is null as is_default
    from years
    left join assumptions
        on years.judged_on between assumptions.valid_from and coalesce(assumptions.valid_to, years.judged_on)
    group by years.year

),

years_covered as (

    select
        year(month) as year,
        min(coverage_share) as coverage_share,
        bool_or(is_provisional) or count(*) < 12 as is_provisional
    from months
    group by year(month)

)

select
    gathered.office_code,
    gathered.year,

    ---- hours freed, grade A, by month of receipt
    gathered.minutes / 60 as freed_hours,
    gathered.p10 / 60 as freed_p10_hours,
    gathered.p50 / 60 as freed_p50_hours,
    gathered.p90 / 60 as freed_p90_hours,
    gathered.beneath_minutes / 60 as beneath_hours,
    cast(gathered.months as bigint) as hours_month_count,
    cast(gathered.cases as bigint) as claimed_cases,

    ---- posts
    cast(annual.annual_minutes as double) / 60 as annual_hours,
    annual.is_default as is_annual_hours_default,
    gathered.p10 / cast(annual.annual_minutes as double) as freed_p10_fte,
    gathered.p50 / cast(annual.annual_minutes as double) as freed_p50_fte,
    gathered.p90 / cast(annual.annual_minutes as double) as freed_p90_fte,
    cast(gathered.lapsing_fte as decimal(18, 4)) as lapsing_fte,
    cast(gathered.retiring_fte as decimal(18, 4)) as retiring_fte,
    cast(gathered.requested_fte as decimal(18, 4)) as requested_fte,
    gathered.p50 / cast(annual.annual_minutes as double) - cast(gathered.lapsing_fte as double)
        as freed_less_lapsing_fte,
    gathered.p50 / cast(annual.annual_minutes as double) - cast(gathered.retiring_fte as double)
        as freed_less_retiring_fte,
    cast(gathered.requested_fte as double) - gathered.p50 / cast(annual.annual_minutes as double)
        as requested_less_freed_fte,

    ---- money, of the whole town only
    cast(gathered.requested_eur as decimal(18, 2)) as requested_eur,
    cast(gathered.cash_released_eur as decimal(18, 2)) as cash_released_eur,
    cast(gathered.requested_eur - gathered.cash_released_eur as decimal(18, 2)) as requested_less_released_eur,

    ---- trust
    case
        when gathered.minutes is null and gathered.beneath_minutes is not null then 'not_proven'
        when gathered.minutes is null then 'no_hours'
        when gathered.lapsing_fte is null then 'no_posts_told'
        when gathered.requested_fte is null then 'no_request_told'
    end as unknown_reason,
    gathered.evidence_grade,
    years_covered.coverage_share,
    coalesce(years_covered.is_provisional, true) as is_provisional,
    coalesce(gathered.cases < settings.min_cases, false)
    or gathered.office_code <> 'all' and coalesce(offices.staff_band in ('1-4', 'unknown'), true) as is_small_cell
from gathered
cross join settings
inner join annual on gathered.year = annual.year
left join years_covered on gathered.year = years_covered.year
left join offices on gathered.office_code = offices.office_code
