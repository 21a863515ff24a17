with

scans as (

    select * from {{ ref('stg_landing__scans') }}

),

scans_admitted as (

    select *
    from {{ ref('int_rows_judged') }}
    where record_kind = 'scans' and verdict = 'admitted'

),

survivors as (

    select * from {{ ref('int_cases_survived') }}

)

select
    scans.source,
    scans.delivery_id,
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
    scans_admitted.first_told_at,
    coalesce(survivors.surviving_case_id, scans.case_id) as case_id
from scans
inner join scans_admitted
    on
        scans.delivery_id = scans_admitted.delivery_id
        and scans.position = scans_admitted.position
left join survivors on scans.case_id = survivors.case_id
