with

documents as (

    {{ admitted('documents', source('landing', 'documents')) }}

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
    documents.first_reported_at,
    coalesce(survivors.surviving_case_id, documents.case_id) as case_id
from documents
left join survivors on documents.case_id = survivors.case_id
