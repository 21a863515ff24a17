with

source as (

    select * from {{ source('landing', 'costs') }}

),

renamed as (

    select

        ---- provenance
        source,
        delivery_id,
        position,

        ---- ids
        cost_item_id,
        measure_id,
        part_id,

        ---- version
        version,
        changed_at,

        ---- attributes
        kind,
        budget_line_id,
        booking_ref,

        ---- times
        cast(date_trunc('month', month) as date) as month,

        ---- measures
        plan_eur,
        actual_eur

    from source

)

select * from renamed
