with

scans as (

    select * from {{ ref('stg_landing__scans') }}

),

scans_admitted as (

    select *
    from {{ ref('int_rows_judged') }}
    where record_kind = 'scans' and verdict = 'admitted'

)

select
    scans.document_id,
    scans.batch_id,
    scans.case_id,
    scans.scanned_at,
    scans.received_on,
    scans.pages,
    scans.sheets,
    scans.document_type,
    scans.origin,
    scans.qr_status,
    scans.qa_result,
    scans.source,
    scans.delivery_id
from scans
inner join scans_admitted
    on
        scans.delivery_id = scans_admitted.delivery_id
        and scans.position = scans_admitted.position
