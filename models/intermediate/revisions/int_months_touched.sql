with

records_changed as (

    select * from {{ ref('int_records_changed') }}

),

events as (

    select * from {{ source('landing', 'events') }}

),

case_records as (

    select * from {{ source('landing', 'cases') }}

),

costs as (

    select * from {{ ref('stg_landing__costs') }}

),

survivors as (

    select * from {{ ref('int_cases_survived') }}

),

cases as (

    select * from {{ ref('int_cases_judged') }}

),

events_changed as (

    select
        records_changed.cause,
        events.case_id,
        {{ local_day('events.occurred_at') }} as occurred_day
    from events
    inner join records_changed
        on
            events.delivery_id = records_changed.delivery_id
            and events.position = records_changed.position
    where records_changed.record_kind = 'events'

),

case_records_changed as (

    select
        records_changed.cause,
        case_records.case_id,
        case_records.service_code,
        {{ local_day('case_records.received_at') }} as received_day,
        {{ local_day('case_records.closed_at') }} as closed_day
    from case_records
    inner join records_changed
        on
            case_records.delivery_id = records_changed.delivery_id
            and case_records.position = records_changed.position
    where records_changed.record_kind = 'cases'

),

costs_changed as (

    select
        records_changed.cause,
        costs.measure_id,
        costs.month
    from costs
    inner join records_changed
        on
            costs.delivery_id = records_changed.delivery_id
            and costs.position = records_changed.position
    where records_changed.record_kind = 'costs'

),

cases_mentioned as (

    select
        cause,
        case_id
    from events_changed
    union distinct
    select
        cause,
        case_id
    from case_records_changed

),

-- A record touches its own months and those of its case as it stands now.
cases_changed as (

    select
        cases_mentioned.cause,
        cases.service_code,
        cases.received_month,
        cases.closed_month
    from cases_mentioned
    left join survivors on cases_mentioned.case_id = survivors.case_id
    inner join cases on coalesce(survivors.surviving_case_id, cases_mentioned.case_id) = cases.case_id

),

touched as (

    select
        cause,
        {{ month_of('occurred_day') }} as month,
        cast(null as string) as service_code,
        cast(null as string) as measure_id
    from events_changed
    union all
    select
        cause,
        {{ month_of('received_day') }} as month,
        service_code,
        cast(null as string) as measure_id
    from case_records_changed
    union all
    select
        cause,
        {{ month_of('closed_day') }} as month,
        service_code,
        cast(null as string) as measure_id
    from case_records_changed
    union all
    select
        cause,
        received_month as month,
        service_code,
        cast(null as string) as measure_id
    from cases_changed
    union all
    select
        cause,
        closed_month as month,
        service_code,
        cast(null as string) as measure_id
    from cases_changed
    union all
    select
        cause,
        month,
        cast(null as string) as service_code,
        measure_id
    from costs_changed

)

select distinct
    month,
    cause,
    service_code,
    measure_id
from touched
where month is not null
