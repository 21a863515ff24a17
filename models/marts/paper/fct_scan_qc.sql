with

scan_qc as (

    select * from {{ ref('stg_landing__scan_qc') }}

),

scan_qc_admitted as (

    select *
    from {{ ref('int_rows_judged') }}
    where record_kind = 'scan_qc' and verdict = 'admitted'

)

select
    scan_qc.batch_id,
    scan_qc.sampled,
    scan_qc.defects,
    scan_qc.source,
    scan_qc.delivery_id
from scan_qc
inner join scan_qc_admitted
    on
        scan_qc.delivery_id = scan_qc_admitted.delivery_id
        and scan_qc.position = scan_qc_admitted.position
