{{ config(materialized='table') }}

with

periods as (

    select * from {{ ref('int_cost_periods_spanned') }}

),

decided as (

    select * from {{ ref('int_decided_cases_priced') }}

),

line_costs as (

    select * from {{ ref('int_line_costs_shared') }}

),

measure_costs as (

    select * from {{ ref('int_measure_costs_shared') }}

),

staff as (

    select
        periods.last_month,
        decided.service_code,
        decided.intake_channel,
        sum(decided.decided_cases) as cases,
        sum(decided.timed_cases) as timed_cases,
        sum(decided.priced_cases) as priced_cases,
        sum(decided.staff_cost_sixtieths) as staff_cost_sixtieths,
        max(decided.evidence_grade) as evidence_grade
    from periods
    inner join decided on decided.month between periods.first_month and periods.last_month
    group by periods.last_month, decided.service_code, decided.intake_channel

),

-- A channel that nobody took but a line still pays for has a row, too.
channels as (

    select
        last_month,
        service_code,
        intake_channel
    from staff
    union distinct
    select
        last_month,
        service_code,
        intake_channel
    from line_costs
    where intake_channel <> 'all'

),

services as (

    select
        last_month,
        service_code,
        sum(cases) as service_cases
    from staff
    group by last_month, service_code

),

lines_told as (

    select
        last_month,
        service_code,
        max(unknown_reason) as line_reason
    from line_costs
    group by last_month, service_code

),

joined as (

    select
        channels.last_month,
        channels.service_code,
        channels.intake_channel,
        services.service_cases,
        coalesce(staff.cases, 0) as cases,
        coalesce(staff.timed_cases, 0) as timed_cases,
        coalesce(staff.priced_cases, 0) as priced_cases,
        coalesce(staff.staff_cost_sixtieths, 0) as staff_cost_sixtieths,
        staff.evidence_grade,
        case when lines_told.service_code is null then 'no_line_told' else lines_told.line_reason end as line_reason,
        coalesce(own_lines.line_cost_twelfths, 0) as own_line_twelfths,
        coalesce(common_lines.line_cost_twelfths, 0) as common_line_twelfths,
        coalesce(measure_costs.is_known, true) as is_measure_cost_known,
        coalesce(measure_costs.measure_cost_eur, 0) as service_measure_cost_eur
    from channels
    inner join services
        on
            channels.last_month = services.last_month
            and channels.service_code = services.service_code
    left join staff
        on
            channels.last_month = staff.last_month
            and channels.service_code = staff.service_code
            and channels.intake_channel = staff.intake_channel
    left join lines_told
        on
            channels.last_month = lines_told.last_month
            and channels.service_code = lines_told.service_code
    left join line_costs as own_lines
        on
            channels.last_month = own_lines.last_month
            and channels.service_code = own_lines.service_code
            and channels.intake_channel = own_lines.intake_channel
    left join line_costs as common_lines
        on
            channels.last_month = common_lines.last_month
            and channels.service_code = common_lines.service_code
            and common_lines.intake_channel = 'all'
    left join measure_costs
        on
            channels.last_month = measure_costs.last_month
            and channels.service_code = measure_costs.service_code

)

-- Cost that all channels cause is shared by the cases of each; parts are in cents, so that those of a whole add up.
select
    last_month,
    service_code,
    intake_channel,
    cast(cases as bigint) as cases,
    cast(timed_cases as bigint) as timed_cases,
    cast(priced_cases as bigint) as priced_cases,
    {{ rounded('cast(staff_cost_sixtieths as double) / 60') }} as staff_cost_eur,
    case
        when line_reason is null
            then {{ rounded(
                '(own_line_twelfths + cast(common_line_twelfths as double) * cases / service_cases) / 12'
            ) }}
    end as line_cost_eur,
    case
        when is_measure_cost_known
            then {{ rounded('cast(service_measure_cost_eur as double) * cases / service_cases') }}
    end as measure_cost_eur,
    line_reason,
    evidence_grade
from joined
