with

documents as (

    select * from {{ ref('int_documents_admitted') }}

)

select
    document_id,
    case_id,
    direction,
    medium,
    document_type,
    pages,
    occurred_at,
    reason,
    source,
    delivery_id
from documents
