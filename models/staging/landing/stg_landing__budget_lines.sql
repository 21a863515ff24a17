with

source as (

    select * from {{ source('landing', 'budget_lines') }}

),

renamed as (

    select

        ---- provenance
        source,
        delivery_id,
        position,

        ---- ids
        budget_line_id,

        ---- version
        version,
        changed_at,

        ---- attributes
        product,
        account,
        year,

        ---- measures
        appropriation_eur,
        supplementary_eur,
        actual_eur

    from source

)

select * from renamed
