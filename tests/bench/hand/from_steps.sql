-- The three figures of from_landing.sql from the published file: its step table tells what comes next and after how
-- long, its case table the way a case took. ``town`` is the published file.

set timezone = 'Europe/Berlin';

create table process_map as
select
    coalesce(cases.service_code, 'all') as scope,
    steps.activity as from_activity,
    steps.next_activity as to_activity,
    count(*) as transition_count,
    quantile_cont(steps.seconds_to_next, 0.5) as median_seconds
from town.monitor.fct_case_steps as steps
inner join town.monitor.fct_cases as cases on steps.case_id = cases.case_id
where steps.next_activity is not null
group by steps.activity, steps.next_activity, cube (cases.service_code);

create table variants as
with

counted as (

    select
        coalesce(service_code, 'all') as scope,
        variant_id,
        count(*) as case_count,
        min(case_id) as example_id
    from town.monitor.fct_cases
    where variant_id is not null
    group by variant_id, cube (service_code)

),

ways as (

    select
        case_id,
        list(activity order by step_number) as activities
    from town.monitor.fct_case_steps
    where case_id in (select example_id from counted)
    group by case_id

)

select
    counted.scope,
    ways.activities,
    counted.case_count
from counted
inner join ways on counted.example_id = ways.case_id;

create table throughput_monthly as
with

flows as (

    select
        cast(date_trunc('month', received_at) as date) as month,
        service_code,
        office_code,
        coalesce(intake_channel, 'unknown') as intake_channel,
        true as is_receipt,
        null as lead_seconds
    from town.monitor.fct_cases
    where received_at is not null
    union all
    select
        cast(date_trunc('month', closed_at) as date) as month,
        service_code,
        office_code,
        coalesce(intake_channel, 'unknown') as intake_channel,
        false as is_receipt,
        lead_seconds
    from town.monitor.fct_cases
    where closed_at is not null

)

select
    month,
    coalesce(service_code, 'all') as service_code,
    coalesce(office_code, 'all') as office_code,
    coalesce(intake_channel, 'all') as intake_channel,
    count(*) filter (where is_receipt) as received_cases,
    count(*) filter (where not is_receipt) as closed_cases,
    quantile_cont(lead_seconds, 0.5) as median_lead_seconds,
    quantile_cont(lead_seconds, 0.9) as p90_lead_seconds
from flows
group by month, cube (service_code, office_code, intake_channel);
