with

scan_batches as (

    select * from {{ ref('stg_landing__scan_batches') }}

),

scan_batches_admitted as (

    select *
    from {{ ref('int_rows_judged') }}
    where record_kind = 'scan_batches' and verdict = 'admitted'

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
inner join scan_batches_admitted
    on
        scan_batches.delivery_id = scan_batches_admitted.delivery_id
        and scan_batches.position = scan_batches_admitted.position
