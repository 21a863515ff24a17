with

cases as (

    select * from {{ ref('int_cases_judged') }}

),

case_sources as (

    select * from {{ ref('int_case_sources_seen') }}

),

steps as (

    select * from {{ ref('int_case_steps_ordered') }}

),

case_records as (

    select * from {{ ref('int_case_records_admitted') }}

),

survivors as (

    select * from {{ ref('int_cases_survived') }}
    where is_in_a_circle

),

links as (

    select * from {{ ref('int_records_linked') }}

),

numbers_shared as (

    select * from {{ ref('int_case_numbers_shared') }}

),

services as (

    select * from {{ source('town', 'services') }}

),

offices as (

    select * from {{ source('town', 'offices') }}

),

rows_judged as (

    select * from {{ ref('int_rows_judged') }}

),

references_made as (

    select * from {{ ref('int_references_made') }}

),

listed as (

    select * from {{ ref('int_references_listed') }}
    where mode = 'deletions'

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

deliveries as (

    select * from {{ source('landing', 'deliveries') }}

),

-- Findings about cases count for sources of events and case records, not for a scan index that names a case.
case_reporting as (

    select distinct source
    from deliveries
    where record_kind in ('events', 'cases')

),

case_findings as (

    select
        case_sources.source,
        count(*) filter (
            where cases.lead_us is null and cases.received_at is not null and cases.closed_at is not null
        ) as closed_before_received,
        count(*) filter (where {{ lies_before('cases.closed_at', 'cases.last_event_at') }}) as events_after_closing,
        count(*) filter (
            where {{ lies_before('cases.first_event_at', 'cases.received_at') }}
        ) as first_event_before_received,
        count(*) filter (where cases.lead_us is not null and cases.is_lead_by_day) as lead_time_by_day,
        count(*) filter (where cases.lead_us is not null and cases.working_us is null) as no_working_time,
        count(*) filter (
            where cases.received_day > settings.as_of or cases.is_closed_later
        ) as cases_after_as_of,
        count(*) filter (where cases.received_at is null) as unknown_receipt,
        count(*) filter (where coalesce(cases.intake_channel, 'unknown') = 'unknown') as unknown_channel,
        count(*) filter (where cases.service_code = 'unknown') as unknown_service,
        count(*) filter (where cases.office_code = 'unknown') as unknown_office,
        count(*) filter (where services.service_code is null and cases.service_code <> 'unknown') as unlisted_service,
        count(*) filter (where offices.office_code is null and cases.office_code <> 'unknown') as unlisted_office
    from case_sources
    inner join case_reporting on case_sources.source = case_reporting.source
    inner join cases on case_sources.case_id = cases.case_id
    cross join settings
    left join services on cases.service_code = services.service_code
    left join offices on cases.office_code = offices.office_code
    group by case_sources.source

),

step_findings as (

    select
        steps.source,
        count(*) filter (where steps.occurred_at >= settings.as_of_end_at) as events_after_as_of,
        count(*) filter (where steps.medium = 'unknown') as unknown_medium,
        count(*) filter (where not steps.is_listed_activity) as unlisted_activity
    from steps
    cross join settings
    group by steps.source

),

-- Few cases are told by two sources: only their steps are compared.
cases_of_many as (

    select case_id
    from steps
    group by case_id
    having min(source) < max(source)

),

steps_of_many as (

    select steps.*
    from steps
    inner join cases_of_many on steps.case_id = cases_of_many.case_id

),

told_twice as (

    select
        case_id,
        activity,
        occurred_at
    from steps_of_many
    group by case_id, activity, occurred_at
    having min(source) < max(source)

),

repetition_findings as (

    select
        steps_of_many.source,
        count(*) as steps_of_two_sources
    from steps_of_many
    inner join told_twice
        on
            steps_of_many.case_id = told_twice.case_id
            and steps_of_many.activity = told_twice.activity
            and steps_of_many.occurred_at = told_twice.occurred_at
    group by steps_of_many.source

),

merge_findings as (

    select
        case_records.source,
        count(distinct case_records.case_id) as merged_in_a_circle
    from case_records
    inner join survivors on case_records.case_id = survivors.case_id
    where case_records.merged_into_id is not null
    group by case_records.source

),

shared_findings as (

    select
        source,
        count(*) as numbers_of_two_offices
    from numbers_shared
    group by source

),

link_findings as (

    select
        source,
        count(*) filter (where record_kind = 'scans' and not has_found_case) as scans_without_case,
        count(*) filter (where record_kind = 'documents' and not has_found_case) as documents_without_case
    from links
    group by source

),

-- Increments only: of two dumps the newer is the whole truth, it contradicts nothing.
correction_findings as (

    select
        rows_judged.source,
        count(*) as corrections_without_version
    from rows_judged
    inner join deliveries on rows_judged.delivery_id = deliveries.delivery_id
    where
        deliveries.mode = 'increment'
        and rows_judged.verdict = 'superseded'
        and not rows_judged.is_removed
        and not rows_judged.standing_is_versioned
    group by rows_judged.source

),

-- A record that another one pushed out for no reason, by where both stand in landing.
contradictions as (

    select
        source,
        delivery_id,
        position,
        'row ' || position || ' of delivery ' || delivery_id
        || ', in whose place row ' || standing_position || ' of delivery ' || standing_delivery_id
        || ' stands' as contradiction
    from rows_judged
    where is_contradicted

),

contradiction_findings as (

    select
        source,
        {{ first_known('contradiction', order_key('delivery_id', 'position')) }} as first_contradiction
    from contradictions
    group by source

),

-- A list that comes every night names the same reference many times.
references_listed as (

    select distinct
        source,
        of_source,
        reference_kind,
        reference
    from listed

),

references_delivered as (

    select distinct
        source,
        reference_kind,
        reference
    from references_made

),

deletion_findings as (

    select
        references_listed.source,
        count(*) filter (where references_delivered.reference is null) as listed_but_not_found
    from references_listed
    left join references_delivered
        on
            references_listed.of_source = references_delivered.source
            and references_listed.reference_kind = references_delivered.reference_kind
            and references_listed.reference = references_delivered.reference
    group by references_listed.source

),

sources as (

    select source from case_findings
    union distinct
    select source from step_findings
    union distinct
    select source from merge_findings
    union distinct
    select source from shared_findings
    union distinct
    select source from link_findings
    union distinct
    select source from correction_findings
    union distinct
    select source from contradiction_findings
    union distinct
    select source from deletion_findings

)

select
    sources.source,
    case_findings.closed_before_received,
    case_findings.events_after_closing,
    case_findings.first_event_before_received,
    case_findings.lead_time_by_day,
    case_findings.no_working_time,
    case_findings.cases_after_as_of,
    case_findings.unknown_receipt,
    case_findings.unknown_channel,
    case_findings.unknown_service,
    case_findings.unknown_office,
    case_findings.unlisted_service,
    case_findings.unlisted_office,
    step_findings.events_after_as_of,
    step_findings.unknown_medium,
    step_findings.unlisted_activity,
    case when step_findings.source is not null then coalesce(repetition_findings.steps_of_two_sources, 0) end
        as steps_of_two_sources,
    merge_findings.merged_in_a_circle,
    shared_findings.numbers_of_two_offices,
    link_findings.scans_without_case,
    link_findings.documents_without_case,
    correction_findings.corrections_without_version,
    contradiction_findings.first_contradiction,
    deletion_findings.listed_but_not_found
from sources
left join case_findings on sources.source = case_findings.source
left join step_findings on sources.source = step_findings.source
left join repetition_findings on sources.source = repetition_findings.source
left join merge_findings on sources.source = merge_findings.source
left join shared_findings on sources.source = shared_findings.source
left join link_findings on sources.source = link_findings.source
left join correction_findings on sources.source = correction_findings.source
left join contradiction_findings on sources.source = contradiction_findings.source
left join deletion_findings on sources.source = deletion_findings.source
