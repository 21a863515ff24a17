with

documents as (

    select * from {{ ref('stg_landing__documents') }}

),

documents_admitted as (

    select *
    from {{ ref('int_rows_judged') }}
    where record_kind = 'documents' and verdict = 'admitted'

),

survivors as (

    select * from {{ ref('int_cases_survived') }}

)

select
    documents.source,
    documents.delivery_id,
    documents.document_id,
    documents.direction,
    documents.medium,
    documents.document_type,
    documents.pages,
    documents.occurred_at,
    documents.reason,
    documents_admitted.first_told_at,
    coalesce(survivors.surviving_case_id, documents.case_id) as case_id
from documents
inner join documents_admitted
    on
        documents.delivery_id = documents_admitted.delivery_id
        and documents.position = documents_admitted.position
left join survivors on documents.case_id = survivors.case_id
