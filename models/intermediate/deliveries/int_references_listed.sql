with

removals as (

    select * from {{ source('landing', 'removals') }}

),

deliveries as (

    select *
    from {{ ref('int_deliveries_ranked') }}
    where record_kind = 'removals'

),

-- Of several references the most precise one is meant: a document of a case is not the case.
listed as (

    select
        removals.source,
        removals.of_source,
        case
            when removals.record_id is not null then 'record'
            when removals.document_id is not null then 'document'
            when removals.submission_id is not null then 'submission'
            when removals.case_id is not null then 'case'
        end as reference_kind,
        coalesce(removals.record_id, removals.document_id, removals.submission_id, removals.case_id) as reference,
        count(removals.record_id) over of_the_list > 0 as lists_records,
        count(removals.document_id) over of_the_list > 0 as lists_documents,
        count(removals.submission_id) over of_the_list > 0 as lists_submissions,
        deliveries.mode,
        deliveries.delivery_id,
        -- A list may name a deletion to come; an older one saves no record that came before the list.
        case
            when deliveries.mode = 'deletions' and removals.removed_at > deliveries.stand then removals.removed_at
            else deliveries.stand
        end as listed_until
    from removals
    inner join deliveries on removals.delivery_id = deliveries.delivery_id
    where deliveries.is_current
    window of_the_list as (partition by removals.delivery_id)

),

-- An inventory lists one kind of thing: a row of it that lacks the document lists no case.
references_listed as (

    select
        source,
        of_source,
        reference_kind,
        reference,
        mode,
        delivery_id,
        listed_until
    from listed
    where
        reference is not null
        and (
            mode = 'deletions'
            or reference_kind = case
                when lists_records then 'record'
                when lists_documents then 'document'
                when lists_submissions then 'submission'
                else 'case'
            end
        )

)

select * from references_listed
