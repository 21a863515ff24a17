with

revised as (

    select * from {{ ref('int_figures_revised') }}

),

so_far as (

    select * from {{ source('town', 'revisions_so_far') }}

),

figures as (

    select * from {{ ref('int_monthly_figures_gathered') }}

),

months as (

    select * from {{ ref('int_months_covered') }}

),

run as (

    select * from {{ source('town', 'run') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

earlier_revisions as (

    select so_far.*
    from so_far
    cross join run
    where so_far.to_generation_id <> run.generation_id

),

revisions as (

    select
        metric,
        scope,
        month,
        old_value,
        new_value,
        cases_before,
        cases_after,
        cause,
        from_generation_id,
        to_generation_id,
        revised_on
    from earlier_revisions

    union all

    select
        metric,
        scope,
        month,
        old_value,
        new_value,
        cases_before,
        cases_after,
        cause,
        from_generation_id,
        to_generation_id,
        revised_on
    from revised

),

-- A count is its own n; a value that is not there rests on nothing that could be few.
weighed as (

    select
        revisions.*,
        figures.cases,
        case
            when revisions.metric in ('received_cases', 'closed_cases')
                then least(coalesce(revisions.old_value, 0), coalesce(revisions.new_value, 0))
            when revisions.old_value is null then revisions.cases_after
            when revisions.new_value is null then revisions.cases_before
            else least(coalesce(revisions.cases_before, 0), coalesce(revisions.cases_after, 0))
        end as least_cases
    from revisions
    left join figures
        on
            revisions.metric = figures.metric
            and revisions.scope = figures.scope
            and revisions.month = figures.month

)

select
    weighed.metric,
    weighed.scope,
    weighed.month,
    weighed.old_value,
    weighed.new_value,
    weighed.cases_before,
    weighed.cases_after,
    weighed.cause,
    weighed.from_generation_id,
    weighed.to_generation_id,
    weighed.revised_on,
    cast(weighed.cases as bigint) as cases,
    months.coverage_share,
    coalesce(months.is_provisional, true) as is_provisional,
    weighed.metric <> 'net_cash_eur' and coalesce(weighed.least_cases < settings.min_cases, true) as is_small_cell
from weighed
cross join settings
left join months on weighed.month = months.month
