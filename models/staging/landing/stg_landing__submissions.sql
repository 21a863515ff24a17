with

source as (

    select * from {{ source('landing', 'submissions') }}

),

renamed as (

    select

        ---- provenance
        source,
        delivery_id,
        position,

        ---- ids
        submission_id,
        case_id,

        ---- version
        version,
        changed_at,

        ---- attributes
        service_code,
        aborted_step,
        is_assisted,

        ---- times
        started_at,
        submitted_at

    from source

)

select * from renamed
