with

source as (

    select * from {{ source('town', 'run') }}

),

renamed as (

    select

        ---- as decided
        generation_id,
        input_hash,
        ledger_head,
        contract_version,
        program_version,
        parameters_hash,
        timezone,
        as_of,
        built_at

    from source

)

select * from renamed
