with

figures as (

    select * from {{ ref('int_monthly_figures_gathered') }}

),

months as (

    select * from {{ ref('int_months_covered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

)

select
    figures.metric,
    figures.scope,
    figures.month,
    figures.value,
    cast(figures.cases as bigint) as cases,
    months.coverage_share,
    months.is_provisional,
    coalesce(figures.cases < settings.min_cases, figures.metric <> 'net_cash_eur') as is_small_cell
from figures
inner join months on figures.month = months.month
cross join settings
