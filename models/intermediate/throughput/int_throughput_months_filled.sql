{{ config(materialized='table') }}

with

flows as (

    select * from {{ ref('int_throughput_flows_counted') }}

),

months as (

    select * from {{ ref('int_months_covered') }}

),

cells as (

    select
        service_code,
        office_code,
        intake_channel,
        min(month) as first_month
    from flows
    group by service_code, office_code, intake_channel

),

-- Every month from a cell's first one to the month of the as-of day, so that stocks can be read in each.
dense as (

    select
        months.month,
        months.dated_source_count,
        months.reached_source_count,
        months.coverage_share,
        months.is_provisional,
        cells.service_code,
        cells.office_code,
        cells.intake_channel,
        coalesce(flows.received_cases, 0) as received_cases,
        coalesce(flows.closed_cases, 0) as closed_cases,
        coalesce(flows.first_event_cases, 0) as first_event_cases,
        coalesce(flows.last_event_cases, 0) as last_event_cases,
        coalesce(flows.lead_cases, 0) as lead_cases,
        coalesce(flows.working_cases, 0) as working_cases,
        coalesce(flows.on_time_cases, 0) as on_time_cases,
        coalesce(flows.deadline_cases, 0) as deadline_cases,
        flows.median_lead_us,
        flows.p90_lead_us,
        flows.median_working_us,
        sum(coalesce(flows.received_cases, 0) - coalesce(flows.left_cases, 0)) over so_far as open_cases_at_end,
        sum(
            coalesce(flows.first_event_cases, 0) - coalesce(flows.last_event_cases, 0)
        ) over so_far as active_cases_at_end
    from cells
    inner join months on cells.first_month <= months.month
    left join flows
        on
            months.month = flows.month
            and cells.service_code = flows.service_code
            and cells.office_code = flows.office_code
            and cells.intake_channel = flows.intake_channel
    window so_far as (
        partition by cells.service_code, cells.office_code, cells.intake_channel
        order by months.month
        rows between unbounded preceding and current row
    )

)

select
    month,
    cast(dated_source_count as bigint) as dated_source_count,
    cast(reached_source_count as bigint) as reached_source_count,
    coverage_share,
    is_provisional,
    service_code,
    office_code,
    intake_channel,
    cast(received_cases as bigint) as received_cases,
    cast(closed_cases as bigint) as closed_cases,
    cast(open_cases_at_end as bigint) as open_cases_at_end,
    cast(first_event_cases as bigint) as first_event_cases,
    cast(last_event_cases as bigint) as last_event_cases,
    cast(active_cases_at_end as bigint) as active_cases_at_end,
    cast(lead_cases as bigint) as lead_cases,
    cast(median_lead_us as double) / 1000000 as median_lead_seconds,
    cast(p90_lead_us as double) / 1000000 as p90_lead_seconds,
    cast(working_cases as bigint) as working_cases,
    cast(median_working_us as double) / 1000000 as median_working_seconds,
    cast(on_time_cases as bigint) as on_time_cases,
    cast(deadline_cases as bigint) as deadline_cases,
    cast(on_time_cases as double) / nullif(deadline_cases, 0) as on_time_share
from dense
