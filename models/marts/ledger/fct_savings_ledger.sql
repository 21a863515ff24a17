with

ledger_rows as (

    select * from {{ source('town', 'ledger_rows') }}

),

estimated as (

    select * from {{ ref('int_savings_estimated') }}
    where span = 'month' and service_code <> 'all'

),

cost_items as (

    select * from {{ ref('fct_cost_items') }}

),

-- Each place of the report that a claim can have been recorded from, and what stands there by now.
hours as (

    select
        measure_id,
        service_code,
        month,
        case when {{ stands('claim_state') }} then {{ rounded('minutes / 60', 4) }} end as shown_net
    from estimated

),

euros as (

    select
        measure_id,
        month,
        case when kind = 'cash_released' then 'cash_released' else 'disbenefit' end as effect_class,
        'euro/' || coalesce(budget_line_id, 'none') || '/' || coalesce(booking_ref, cost_item_id) as resource,
        -- Four places as hours have: of two decimals one expression takes the fewer.
        cast(
            sum(case when kind = 'cash_released' then accepted_eur else -accepted_eur end) as decimal(18, 4)
        ) as shown_net
    from cost_items
    where actual_eur is not null and (kind <> 'cash_released' or cash_class = 'cash')
    group by all

),

measured as (

    select
        ledger_rows.ledger_id,
        coalesce(case when ledger_rows.unit = 'hours' then hours.shown_net else euros.shown_net end, 0) as shown_net
    from ledger_rows
    left join hours
        on
            ledger_rows.unit = 'hours'
            and ledger_rows.measure_id = hours.measure_id
            and ledger_rows.service_code = hours.service_code
            and ledger_rows.month = hours.month
    left join euros
        on
            ledger_rows.unit = 'eur'
            and ledger_rows.measure_id = euros.measure_id
            and ledger_rows.month = euros.month
            and ledger_rows.effect_class = euros.effect_class
            and ledger_rows.resource = euros.resource
    where
        ledger_rows.superseded_by_id is null
        and ledger_rows.status not in ('planned', 'expected')
        and coalesce(ledger_rows.reason, '') <> 'withdrawn'

)

select
    ledger_rows.ledger_id,
    ledger_rows.claim_key,

    ---- what is claimed
    ledger_rows.measure_id,
    ledger_rows.service_code,
    ledger_rows.office_code,
    ledger_rows.month,
    ledger_rows.resource,
    ledger_rows.effect_class,
    ledger_rows.unit,
    cast(ledger_rows.gross as decimal(18, 4)) as gross,
    cast(ledger_rows.cost as decimal(18, 4)) as cost,
    cast(ledger_rows.net as decimal(18, 4)) as net,
    cast(ledger_rows.low as decimal(18, 4)) as low,
    cast(ledger_rows.high as decimal(18, 4)) as high,
    cast(measured.shown_net as decimal(18, 4)) as shown_net,
    ledger_rows.is_recurring,
    ledger_rows.valid_until,
    ledger_rows.is_expired,

    ---- what it rests on
    ledger_rows.evidence_grade,
    ledger_rows.evidence_ref,
    ledger_rows.baseline_id,
    ledger_rows.assumption_set_id,
    ledger_rows.formula_version,

    ---- how far it came
    ledger_rows.status,
    ledger_rows.owner_function,
    ledger_rows.reviewer_function,
    ledger_rows.approved_at,
    ledger_rows.recorded_at,
    ledger_rows.supersedes_id,
    ledger_rows.reason,
    ledger_rows.superseded_by_id is null as is_standing,
    ledger_rows.superseded_by_id,
    ledger_rows.superseded_at,

    ---- where it stands in the chain
    ledger_rows.row_hash,
    ledger_rows.previous_hash
from ledger_rows
left join measured on ledger_rows.ledger_id = measured.ledger_id
