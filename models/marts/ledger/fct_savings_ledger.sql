with

ledger_rows as (

    select * from {{ source('town', 'ledger_rows') }}

)

select
    ledger_id,
    claim_key,

    ---- what is claimed
    measure_id,
    service_code,
    office_code,
    month,
    resource,
    effect_class,
    unit,
    cast(gross as decimal(18, 4)) as gross,
    cast(cost as decimal(18, 4)) as cost,
    cast(net as decimal(18, 4)) as net,
    cast(low as decimal(18, 4)) as low,
    cast(high as decimal(18, 4)) as high,
    is_recurring,
    valid_until,
    is_expired,

    ---- what it rests on
    evidence_grade,
    evidence_ref,
    baseline_id,
    assumption_set_id,
    formula_version,

    ---- how far it came
    status,
    owner_function,
    reviewer_function,
    approved_at,
    recorded_at,
    supersedes_id,
    reason,
    superseded_by_id is null as is_standing,
    superseded_by_id,
    superseded_at,

    ---- where it stands in the chain
    row_hash,
    previous_hash
from ledger_rows
