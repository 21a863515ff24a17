{{ config(materialized='table') }}

with

cells as (

    select * from {{ ref('int_savings_cells_counted') }}

),

minutes_valid as (

    select * from {{ ref('int_minutes_answered') }}

),

-- A channel nobody used before go-live has no old minutes: its whole effect is one of the channel.
priced as (

    select
        cells.*,
        since_live.minutes as actual_minutes,
        since_live.low as actual_low_minutes,
        since_live.high as actual_high_minutes,
        coalesce(until_live.minutes, case when cells.baseline_cases = 0 then since_live.minutes end)
            as baseline_minutes,
        coalesce(until_live.low, case when cells.baseline_cases = 0 then since_live.low end) as baseline_low_minutes,
        coalesce(until_live.high, case when cells.baseline_cases = 0 then since_live.high end) as baseline_high_minutes,
        greatest(
            case when cells.baseline_cases > 0 then until_live.evidence_grade else 'A' end,
            case when cells.actual_cases > 0 then since_live.evidence_grade else 'A' end
        ) as evidence_grade,
        (cells.baseline_cases > 0 and until_live.minutes is null)
        or (cells.actual_cases > 0 and since_live.minutes is null) as is_unpriced
    from cells
    left join minutes_valid as until_live
        on
            cells.service_code = until_live.service_code
            and cells.case_type = until_live.case_type
            and cells.intake_channel = until_live.intake_channel
            and cells.baseline_on = until_live.asked_on
    left join minutes_valid as since_live
        on
            cells.service_code = since_live.service_code
            and cells.case_type = since_live.case_type
            and cells.intake_channel = since_live.intake_channel
            and cells.month = since_live.asked_on

)

select * from priced
