with

log_findings as (

    select * from {{ ref('int_log_findings_counted') }}

),

deliveries as (

    select * from {{ ref('fct_deliveries') }}

),

sources_reached as (

    select * from {{ ref('int_sources_reached') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

refused_deliveries as (

    select * from {{ source('town', 'refused_deliveries') }}

),

warned_deliveries as (

    select * from {{ source('town', 'warned_deliveries') }}

),

covered as (

    select * from {{ ref('int_months_covered') }}
    where is_current

),

findings as (

    select
        deliveries.source,
        sum(deliveries.unmapped_values) as unmapped_values,
        sum(deliveries.withheld_values) as withheld_values,
        sum(deliveries.ambiguous_times) as ambiguous_local_times,
        sum(deliveries.nonexistent_times) as nonexistent_local_times,
        sum(deliveries.rows_quarantined) as quarantined_rows,
        sum(deliveries.rows_contradicted) as contradicted_rows,
        sum(deliveries.rows_read) as rows_read,
        sum(
            deliveries.rows_admitted + deliveries.rows_quarantined
            + deliveries.rows_duplicate + deliveries.rows_superseded
        ) as rows_accounted_for
    from deliveries
    group by deliveries.source

),

-- Of what newer deliveries replaced nothing need be known any more.
warned as (

    select
        deliveries.source,
        count(*) as deliveries
    from deliveries
    inner join warned_deliveries on deliveries.delivery_id = warned_deliveries.delivery_id
    where deliveries.rows_admitted > 0
    group by deliveries.source

),

described as (

    select
        findings.*,
        log_findings.closed_before_received,
        log_findings.events_after_closing,
        log_findings.first_event_before_received,
        log_findings.lead_time_by_day,
        log_findings.no_working_time,
        log_findings.cases_after_as_of,
        log_findings.unknown_receipt,
        log_findings.unknown_channel,
        log_findings.unknown_service,
        log_findings.unknown_office,
        log_findings.unlisted_service,
        log_findings.unlisted_office,
        log_findings.events_after_as_of,
        log_findings.unknown_medium,
        log_findings.unlisted_activity,
        log_findings.merged_in_a_circle,
        log_findings.numbers_of_two_offices,
        log_findings.steps_of_two_sources,
        log_findings.scans_without_case,
        log_findings.documents_without_case,
        log_findings.corrections_without_version,
        log_findings.first_contradiction,
        log_findings.listed_but_not_found
    from findings
    left join log_findings on findings.source = log_findings.source

),

names (check_name, severity, finding) as (

    values
    ('closed_before_received', 'warning', 'cases were closed before they were received; their durations stay unknown'),
    ('unlisted_service', 'warning', 'cases name a service that services.csv does not list; list it or map it'),
    ('unlisted_office', 'warning', 'cases belong to an office that offices.csv does not list; list it'),
    ('unlisted_activity', 'warning', 'steps are of an activity that activities.csv does not list'),
    (
        'unmapped_values', 'warning',
        'values lie outside their vocabulary or mean never, and count as unknown; map them in town.toml'
    ),
    (
        'withheld_values', 'warning',
        'values are in no list of the town and could be names, so that unlisted stands for them; '
        || 'list them in parameters, then run again'
    ),
    (
        'unknown_service', 'warning',
        'cases name no service; map service in town.toml, or write it there as a constant of the source'
    ),
    ('unknown_office', 'info', 'cases belong to no office; map office, or give their service one in services.csv'),
    (
        'unknown_receipt', 'warning',
        'cases have no receipt; they stand in no stock; '
        || 'map received_at, or give the step that begins a case the kind intake in activities.csv'
    ),
    (
        'cases_after_as_of', 'warning',
        'cases are received or closed after the day this generation speaks for; until then they are not there or open'
    ),
    ('events_after_as_of', 'warning', 'steps lie after the day this generation speaks for'),
    ('quarantined_rows', 'warning', 'rows were refused; the quarantine tells why'),
    (
        'contradicted_rows', 'warning',
        'rows share their key with another one and stand in no figure, as nothing says that it corrects them; '
        || 'map what tells them apart (batch_ref, booking_ref, part_ref, product, or a number of two columns), '
        || 'or a version or changed_at, or say corrects = true where later files correct earlier ones'
    ),
    ('merged_in_a_circle', 'warning', 'cases are merged in a circle and stay apart; see which one survived'),
    (
        'numbers_of_two_offices', 'warning',
        'case numbers are also used by another office or service, and counted as one case; if they are strangers, '
        || 'say add_prefix in [source.case_numbers] of one source, or within one source make case_ref of two columns '
        || '(number and office), else rank the sources in [precedence]'
    ),
    (
        'steps_of_two_sources', 'warning',
        'steps are told by another source as well, with the same case, activity and time, and count for each; where '
        || 'both write the number of the event, map record_ref and say same_events_as'
    ),
    ('events_after_closing', 'info', 'cases have steps after they were closed'),
    ('first_event_before_received', 'info', 'cases have steps before they were received'),
    (
        'lead_time_by_day', 'info',
        'closed cases were received or closed on a day without a clock; their lead time is whole days'
    ),
    (
        'no_working_time', 'info',
        'closed cases have no working time; opening_hours.csv has no hours for their office on these days'
    ),
    ('unknown_channel', 'info', 'cases came by an unknown channel'),
    ('unknown_medium', 'info', 'steps are of an unknown medium'),
    ('scans_without_case', 'info', 'scans found no case in another system'),
    ('documents_without_case', 'info', 'documents found no case in another system'),
    (
        'listed_but_not_found', 'info',
        'deletions name no delivered record; see what the list is of, and how both sources write the number'
    ),
    (
        'corrections_without_version', 'info',
        'records contradict each other without a version; '
        || 'the one from the delivery with the newest content stands; map version or changed_at'
    ),
    ('ambiguous_local_times', 'info', 'times stand twice on the clock of an October night; the earlier was taken'),
    ('nonexistent_local_times', 'info', 'times do not exist on the clock of a March night; they were moved an hour on'),
    ('rows_accounted_for', 'warning', 'rows are accounted for')

),

checks as (

    select
        described.source,
        names.check_name,
        names.severity,
        case
            when names.check_name = 'contradicted_rows' and described.first_contradiction is not null
                then names.finding || '; the first is ' || described.first_contradiction
            else names.finding
        end as finding,
        coalesce(case names.check_name
            when 'closed_before_received' then described.closed_before_received
            when 'unknown_service' then described.unknown_service
            when 'unknown_office' then described.unknown_office
            when 'unlisted_service' then described.unlisted_service
            when 'unlisted_office' then described.unlisted_office
            when 'unlisted_activity' then described.unlisted_activity
            when 'unmapped_values' then described.unmapped_values
            when 'withheld_values' then described.withheld_values
            when 'cases_after_as_of' then described.cases_after_as_of
            when 'unknown_receipt' then described.unknown_receipt
            when 'events_after_as_of' then described.events_after_as_of
            when 'quarantined_rows' then described.quarantined_rows
            when 'contradicted_rows' then described.contradicted_rows
            when 'merged_in_a_circle' then described.merged_in_a_circle
            when 'numbers_of_two_offices' then described.numbers_of_two_offices
            when 'steps_of_two_sources' then described.steps_of_two_sources
            when 'events_after_closing' then described.events_after_closing
            when 'first_event_before_received' then described.first_event_before_received
            when 'lead_time_by_day' then described.lead_time_by_day
            when 'no_working_time' then described.no_working_time
            when 'unknown_channel' then described.unknown_channel
            when 'unknown_medium' then described.unknown_medium
            when 'scans_without_case' then described.scans_without_case
            when 'documents_without_case' then described.documents_without_case
            when 'listed_but_not_found' then described.listed_but_not_found
            when 'corrections_without_version' then described.corrections_without_version
            when 'ambiguous_local_times' then described.ambiguous_local_times
            when 'nonexistent_local_times' then described.nonexistent_local_times
            when 'rows_accounted_for' then described.rows_accounted_for
        end, 0) as observed,
        case names.check_name when 'rows_accounted_for' then described.rows_read else 0 end as expected
    from described
    cross join names

    union all

    select
        sources_reached.source,
        'days_since_newest_record' as check_name,
        'warning' as severity,
        'days ago the newest record was made; see why the source is silent' as finding,
        {{ days_between('sources_reached.newest_day', 'settings.as_of') }} as observed,
        sources_reached.expected_every_days as expected
    from sources_reached
    cross join settings

    union all

    select
        refused_deliveries.source,
        'refused_deliveries' as check_name,
        'warning' as severity,
        'deliveries were refused whole, so that figures are older than what was sent; the last run says why' as finding,
        refused_deliveries.refused as observed,
        0 as expected
    from refused_deliveries

    union all

    select
        warned.source,
        'warned_deliveries' as check_name,
        'info' as severity,
        'deliveries were read with a word of warning that still holds; `papierwende status` says which' as finding,
        warned.deliveries as observed,
        0 as expected
    from warned

)

select
    checks.source,
    checks.check_name,
    checks.severity,
    checks.finding,
    cast(checks.observed as double) as observed,
    cast(checks.expected as double) as expected,
    case
        when checks.check_name = 'rows_accounted_for' then checks.observed = checks.expected
        else coalesce(checks.observed <= checks.expected, checks.expected is null)
    end as passed,
    settings.as_of,
    covered.coverage_share,
    covered.is_provisional,
    false as is_small_cell
from checks
cross join settings
cross join covered
