with

ledger_components as (

    select * from {{ source('town', 'ledger_components') }}

)

select
    ledger_id,
    component_number,
    service_code,
    case_type,
    intake_channel,
    baseline_cases,
    actual_cases,
    cast(baseline_share as double) as baseline_share,
    cast(actual_share as double) as actual_share,
    cast(baseline_minutes as decimal(18, 4)) as baseline_minutes,
    cast(actual_minutes as decimal(18, 4)) as actual_minutes,
    effect,
    cast(value as decimal(18, 4)) as value,
    unit,
    assumption_id
from ledger_components
