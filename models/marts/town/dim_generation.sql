with

run as (

    select * from {{ source('town', 'run') }}

)

select
    generation_id,
    as_of,
    built_at,
    input_hash,
    ledger_head,
    contract_version,
    program_version,
    parameters_hash
from run
