with

source as (

    select * from {{ source('landing', 'deliveries') }}

),

renamed as (

    select

        ---- provenance
        delivery_id,
        source,

        ---- attributes
        record_kind,
        mode,

        ---- times
        stand,
        admitted_at,

        ---- measures
        rows_read,
        rows_admitted,
        rows_quarantined,
        rows_duplicate,
        ambiguous_times,
        nonexistent_times,
        unmapped_values,
        coarsened_rows

    from source

)

select * from renamed
