with

scans as (

    {{ admitted('scans', source('landing', 'scans')) }}

),

survivors as (

    select * from {{ ref('int_cases_survived') }}

)

select
    scans.source,
    scans.delivery_id,
    scans.position,
    scans.document_id,
    scans.batch_id,
    scans.scanned_at,
    scans.received_on,
    scans.pages,
    scans.sheets,
    scans.document_type,
    scans.origin,
    scans.qr_status,
    scans.qa_result,
    scans.first_reported_at,
    coalesce(survivors.surviving_case_id, scans.case_id) as case_id
from scans
left join survivors on scans.case_id = survivors.case_id
