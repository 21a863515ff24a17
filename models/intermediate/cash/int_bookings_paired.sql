with

cost_items as (

    select * from {{ ref('int_cost_items_admitted') }}
    where actual_eur is not null

),

documents as (

    select
        *,
        {{ order_key(
            'measure_id',
            'kind',
            'booking_ref',
            'case when booking_ref is null then delivery_id end',
            'case when booking_ref is null then position end'
        ) }} as document
    from cost_items
    where actual_eur >= 0

),

positives as (

    select
        *,
        sum(actual_eur) over (partition by document) as document_eur
    from documents

),

-- A document is used up by its first relief, whichever measure names it.
used as (

    select
        delivery_id,
        position,
        row_number() over (
            partition by booking_ref
            order by month, cost_item_id, delivery_id, position
        ) as use_number
    from positives
    where kind = 'cash_released' and booking_ref is not null

),

-- A reversal takes off what bears its document, else what bears its code; of several the last one before it.
candidates as (

    select
        reversals.delivery_id,
        reversals.position,
        reversals.month,
        reversals.cost_item_id,
        -reversals.actual_eur as reversal_eur,
        positives.delivery_id as original_delivery_id,
        positives.position as original_position,
        positives.actual_eur as original_eur,
        positives.document,
        positives.document_eur,
        row_number() over (
            partition by reversals.delivery_id, reversals.position
            order by
                case when reversals.booking_ref = positives.booking_ref then 0 else 1 end,
                coalesce(used.use_number, 1),
                {{ days_between('positives.month', 'reversals.month') }},
                positives.delivery_id,
                positives.position
        ) as candidate_rank
    from cost_items as reversals
    inner join positives
        on
            reversals.measure_id = positives.measure_id
            and reversals.kind = positives.kind
            and reversals.month >= positives.month
            and (
                reversals.booking_ref = positives.booking_ref
                or reversals.cost_item_id = positives.cost_item_id
            )
    left join used
        on
            positives.delivery_id = used.delivery_id
            and positives.position = used.position
    where reversals.actual_eur < 0

),

-- Nobody takes off more than the document told, however many items and reversals bear it: what is beyond it takes
-- nothing off, and nothing from the next one.
reversals as (

    select
        *,
        greatest(
            least(
                reversal_eur,
                document_eur - coalesce(
                    sum(reversal_eur) over (
                        partition by document
                        order by month, cost_item_id, delivery_id, position
                        rows between unbounded preceding and 1 preceding
                    ), 0
                )
            ), 0
        ) as taken_off_eur
    from candidates
    where candidate_rank = 1

),

taken_off as (

    select
        original_delivery_id,
        original_position,
        least(sum(taken_off_eur), max(original_eur)) as reversed_eur
    from reversals
    group by original_delivery_id, original_position

)

select
    cost_items.delivery_id,
    cost_items.position,
    cost_items.cost_item_id,
    cost_items.measure_id,
    cost_items.month,
    cost_items.kind,
    cost_items.actual_eur,
    cost_items.budget_line_id,
    cost_items.booking_ref,
    coalesce(used.use_number, 1) as use_number,
    cast(coalesce(taken_off.reversed_eur, 0) as decimal(18, 2)) as reversed_eur,
    cast(coalesce(reversals.taken_off_eur, 0) as decimal(18, 2)) as taken_off_eur,
    reversals.original_delivery_id,
    reversals.original_position
from cost_items
left join used
    on
        cost_items.delivery_id = used.delivery_id
        and cost_items.position = used.position
left join taken_off
    on
        cost_items.delivery_id = taken_off.original_delivery_id
        and cost_items.position = taken_off.original_position
left join reversals
    on
        cost_items.delivery_id = reversals.delivery_id
        and cost_items.position = reversals.position
