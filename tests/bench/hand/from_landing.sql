-- What an analyst would write by hand for this one town: process map, variants and monthly throughput times from what
-- landed. It knows which sources there are, that none of them sends dumps or numbers its events, and that no case was
-- merged twice; it tests nothing, and leaves out working time, media breaks and common ways.
-- Runs in the town's folder, in a database of its own.

set timezone = 'UTC';

create temp table deliveries as
select
    landed.delivery_id,
    sources.source_rank,
    row_number() over (order by landed.stand, landed.delivery_id) as came,
    row_number() over (order by sources.source_rank desc, landed.stand, landed.delivery_id) as trusted
from read_parquet('landing/*/*/deliveries.parquet', union_by_name = true) as landed
inner join read_parquet('var/inputs/sources.parquet') as sources on landed.source = sources.source
where landed.record_kind = 'events';

create temp table landed_cases as
select
    cases.*,
    deliveries.trusted
from read_parquet('landing/*/*/cases.parquet', union_by_name = true) as cases
inner join deliveries on cases.delivery_id = deliveries.delivery_id;

create temp table merged as
select
    case_id as gone_id,
    arg_max(merged_into_id, trusted * 1000000000 + position) as case_id
from landed_cases
where merged_into_id <> case_id
group by case_id;

create temp table steps as
with

events as (

    select
        events.source,
        events.event_ref,
        events.activity,
        events.occurred_at,
        events.sequence,
        deliveries.came * 1000000000 + events.position as came,
        coalesce(merged.case_id, events.case_id) as case_id
    from read_parquet('landing/*/*/events.parquet', union_by_name = true) as events
    inner join deliveries on events.delivery_id = deliveries.delivery_id
    left join merged on events.case_id = merged.gone_id

),

-- The portal's months overlap, and its events have nothing to tell them by but what they say.
told_again as (

    select
        source,
        case_id,
        activity,
        occurred_at,
        min(came) as came
    from events
    where event_ref is null
    group by source, case_id, activity, occurred_at
    having count(*) > 1

)

select
    events.case_id,
    events.activity,
    events.occurred_at,
    row_number() over in_order as step_number,
    lead(events.activity) over in_order as next_activity,
    epoch_us(lead(events.occurred_at) over in_order) - epoch_us(events.occurred_at) as us_to_next
from events
left join told_again
    on
        events.event_ref is null
        and events.source = told_again.source
        and events.case_id = told_again.case_id
        and events.activity = told_again.activity
        and events.occurred_at = told_again.occurred_at
where told_again.came is null or told_again.came = events.came
window in_order as (
    partition by events.case_id
    order by events.occurred_at, events.sequence nulls last, events.came
);

create temp table cases as
with

activities as (

    select * from read_parquet('var/inputs/activities.parquet')

),

ways as (

    select
        steps.case_id,
        list(steps.activity order by steps.step_number) as activities,
        min(steps.occurred_at) filter (where activities.kind = 'intake') as intake_at,
        min(steps.occurred_at) filter (where activities.is_decision) as decision_at
    from steps
    left join activities on steps.activity = activities.activity
    group by steps.case_id

),

told as (

    select
        *,
        merged.gone_id is not null as is_gone,
        coalesce(merged.case_id, landed_cases.case_id) as kept_id,
        case when merged.gone_id is null then 1000000000000000 else 0 end + trusted * 1000000000 + position as newest
    from landed_cases
    left join merged on landed_cases.case_id = merged.gone_id

),

known as (

    select
        kept_id,
        arg_max(service_code, newest) as service_code,
        arg_max(office_code, newest) as office_code,
        coalesce(arg_max(nullif(intake_channel, 'unknown'), newest), 'unknown') as intake_channel,
        arg_max(received_at, newest) as received_at,
        arg_max(closed_at, newest) filter (where not is_gone) as closed_at
    from told
    group by kept_id

),

dated as (

    select
        ways.case_id,
        ways.activities,
        coalesce(known.service_code, 'unknown') as service_code,
        coalesce(known.office_code, services.office_code, 'unknown') as office_code,
        known.intake_channel,
        timezone('Europe/Berlin', timezone('UTC', coalesce(known.received_at, ways.intake_at))) as received,
        timezone('Europe/Berlin', timezone('UTC', coalesce(known.closed_at, ways.decision_at))) as closed,
        coalesce(known.received_at, ways.intake_at) as received_at,
        coalesce(known.closed_at, ways.decision_at) as closed_at
    from ways
    left join known on ways.case_id = known.kept_id
    left join read_parquet('var/inputs/services.parquet') as services on known.service_code = services.service_code

),

-- What is known to the day is counted in days.
measured as (

    select
        *,
        received = date_trunc('day', received) or closed = date_trunc('day', closed) as is_by_day
    from dated

)

select
    case_id,
    activities,
    service_code,
    office_code,
    intake_channel,
    cast(date_trunc('month', received) as date) as received_month,
    cast(date_trunc('month', closed) as date) as closed_month,
    case
        when is_by_day and cast(closed as date) >= cast(received as date)
            then date_diff('day', cast(received as date), cast(closed as date)) * 86400000000
        when not is_by_day and closed_at >= received_at then epoch_us(closed_at) - epoch_us(received_at)
    end as lead_us
from measured;

create table process_map as
select
    coalesce(cases.service_code, 'all') as scope,
    steps.activity as from_activity,
    steps.next_activity as to_activity,
    count(*) as transition_count,
    quantile_cont(steps.us_to_next, 0.5) / 1000000 as median_seconds
from steps
inner join cases on steps.case_id = cases.case_id
where steps.next_activity is not null
group by steps.activity, steps.next_activity, cube (cases.service_code);

create table variants as
select
    coalesce(service_code, 'all') as scope,
    activities,
    count(*) as case_count
from cases
group by activities, cube (service_code);

create table throughput_monthly as
with

flows as (

    select received_month as month, service_code, office_code, intake_channel, true as is_receipt, null as lead_us
    from cases
    where received_month is not null
    union all
    select closed_month as month, service_code, office_code, intake_channel, false as is_receipt, lead_us
    from cases
    where closed_month is not null

)

select
    month,
    coalesce(service_code, 'all') as service_code,
    coalesce(office_code, 'all') as office_code,
    coalesce(intake_channel, 'all') as intake_channel,
    count(*) filter (where is_receipt) as received_cases,
    count(*) filter (where not is_receipt) as closed_cases,
    quantile_cont(lead_us, 0.5) / 1000000 as median_lead_seconds,
    quantile_cont(lead_us, 0.9) / 1000000 as p90_lead_seconds
from flows
group by month, cube (service_code, office_code, intake_channel);
