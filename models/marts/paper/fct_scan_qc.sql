with

scan_qc as (

    {{ admitted('scan_qc', source('landing', 'scan_qc')) }}

)

select
    scan_qc.batch_id,
    scan_qc.sampled,
    scan_qc.defects,
    scan_qc.source,
    scan_qc.delivery_id
from scan_qc
