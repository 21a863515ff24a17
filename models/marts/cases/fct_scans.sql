with

scans as (

    select * from {{ ref('int_scans_admitted') }}

)

select
    document_id,
    batch_id,
    case_id,
    scanned_at,
    received_on,
    pages,
    sheets,
    document_type,
    origin,
    qr_status,
    qa_result,
    source,
    delivery_id,
    position
from scans
