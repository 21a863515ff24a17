with

scan_batches as (

    {{ admitted('scan_batches', source('landing', 'scan_batches')) }}

)

select
    scan_batches.batch_id,
    scan_batches.started_at,
    scan_batches.finished_at,
    scan_batches.pages,
    scan_batches.unit_code,
    scan_batches.source,
    scan_batches.delivery_id
from scan_batches
