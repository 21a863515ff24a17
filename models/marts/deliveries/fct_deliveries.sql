with

deliveries as (

    select * from {{ ref('int_deliveries_ranked') }}

),

rows_judged as (

    select * from {{ ref('int_rows_judged') }}

),

verdicts as (

    select
        delivery_id,
        count(*) filter (where verdict = 'admitted') as rows_admitted,
        count(*) filter (where verdict = 'duplicate') as rows_duplicate,
        count(*) filter (where verdict = 'superseded') as rows_superseded,
        count(*) filter (where verdict = 'superseded' and is_contradicted) as rows_contradicted
    from rows_judged
    group by delivery_id

)

select
    deliveries.delivery_id,
    deliveries.source,
    deliveries.record_kind,
    deliveries.mode,
    deliveries.stand,
    deliveries.rows_read,
    cast(coalesce(verdicts.rows_admitted, 0) as bigint) as rows_admitted,
    deliveries.rows_quarantined,
    cast(deliveries.rows_duplicate + coalesce(verdicts.rows_duplicate, 0) as bigint) as rows_duplicate,
    cast(coalesce(verdicts.rows_superseded, 0) as bigint) as rows_superseded,
    cast(coalesce(verdicts.rows_contradicted, 0) as bigint) as rows_contradicted,
    deliveries.unmapped_values,
    coalesce(deliveries.withheld_values, 0) as withheld_values,
    deliveries.ambiguous_times,
    deliveries.nonexistent_times,
    deliveries.coarsened_rows,
    deliveries.admitted_at
from deliveries
left join verdicts on deliveries.delivery_id = verdicts.delivery_id
