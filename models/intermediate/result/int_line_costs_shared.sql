with

periods as (

    select * from {{ ref('int_cost_periods_spanned') }}

),

shares as (

    select * from {{ source('town', 'service_cost_shares') }}

),

successors as (

    select * from {{ source('town', 'successors') }}

),

lines as (

    select * from {{ ref('int_budget_lines_rated') }}

),

-- Twelve months lie in one calendar year or in two.
period_years as (

    select
        last_month,
        year(last_month) as year,
        month(last_month) as months
    from periods
    union all
    select
        last_month,
        year(first_month) as year,
        12 - month(last_month) as months
    from periods
    where year(first_month) < year(last_month)

),

valid_shares as (

    select
        period_years.last_month,
        period_years.year,
        period_years.months,
        shares.budget_line_id,
        coalesce(successors.current_service_code, shares.service_code) as service_code,
        coalesce(shares.intake_channel, 'all') as intake_channel,
        shares.share,
        row_number() over (
            partition by
                period_years.last_month,
                period_years.year,
                shares.budget_line_id,
                shares.service_code,
                shares.intake_channel
            order by shares.valid_from desc
        ) as share_rank
    from period_years
    inner join shares on year(shares.valid_from) <= period_years.year
    left join successors on shares.service_code = successors.service_code

),

-- What a running year pays is not known before it is over.
caused as (

    select
        valid_shares.*,
        case when lines.is_over then lines.spent_eur end as spent_eur,
        case
            when lines.budget_line_id is null then 'line_not_told'
            when not lines.is_over then 'year_not_over'
            when lines.spent_eur is null then 'line_not_booked'
        end as unknown_reason
    from valid_shares
    left join lines
        on
            valid_shares.budget_line_id = lines.budget_line_id
            and valid_shares.year = lines.year
    where valid_shares.share_rank = 1

),

years_needed as (

    select
        last_month,
        count(*) as years
    from period_years
    group by last_month

),

told as (

    select
        last_month,
        service_code,
        count(distinct year) as years,
        max(unknown_reason) as unknown_reason
    from caused
    group by last_month, service_code

)

select
    caused.last_month,
    caused.service_code,
    caused.intake_channel,
    case
        when max(told.years) < max(years_needed.years) then 'no_line_told' else max(told.unknown_reason)
    end as unknown_reason,
    cast(sum(caused.spent_eur * caused.share * caused.months) as decimal(38, 6)) as line_cost_twelfths
from caused
inner join told
    on
        caused.last_month = told.last_month
        and caused.service_code = told.service_code
inner join years_needed on caused.last_month = years_needed.last_month
group by caused.last_month, caused.service_code, caused.intake_channel
