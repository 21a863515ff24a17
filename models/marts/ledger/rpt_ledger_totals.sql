with

ledger as (

    select * from {{ ref('fct_savings_ledger') }}

),

covered as (

    select * from {{ ref('int_months_covered') }}
    where is_current

),

stated as (

    select
        *,
        case
            when not is_standing then 'superseded'
            when is_expired then 'expired'
            else 'standing'
        end as claim_standing
    from ledger

),

summed as (

    select
        measure_id,
        effect_class,
        status,
        evidence_grade,
        claim_standing,
        count(*) as claim_count,
        count(case when status in ('proven', 'executed', 'audited') then 1 end) as signed_count,
        min(month) as first_month,
        max(month) as last_month,
        sum(case when unit = 'eur' then net end) as net_eur,
        sum(case when unit = 'hours' then net end) as net_hours,
        sum(case when unit = 'eur' then shown_net end) as shown_eur,
        sum(case when unit = 'hours' then shown_net end) as shown_hours,
        count(
            case when abs(net - shown_net) > case when unit = 'hours' then 0.1 * abs(net) else 0.005 end then 1 end
        ) as differing_count
    from stated
    group by measure_id, effect_class, status, evidence_grade, claim_standing

),

-- Over all classes entries are counted only: what they say is in euros or in hours.
totalled as (

    select * from summed
    union all
    select
        'all' as measure_id,
        'all' as effect_class,
        'all' as status,
        'all' as evidence_grade,
        claim_standing,
        sum(claim_count) as claim_count,
        sum(signed_count) as signed_count,
        min(first_month) as first_month,
        max(last_month) as last_month,
        null as net_eur,
        null as net_hours,
        null as shown_eur,
        null as shown_hours,
        sum(differing_count) as differing_count
    from summed
    group by claim_standing

)

select
    totalled.measure_id,
    totalled.effect_class,
    totalled.status,
    totalled.evidence_grade,
    totalled.claim_standing,
    cast(totalled.claim_count as bigint) as claim_count,
    cast(totalled.signed_count as bigint) as signed_count,
    totalled.first_month,
    totalled.last_month,
    cast(totalled.net_eur as decimal(18, 2)) as net_eur,
    cast(totalled.net_hours as double) as net_hours,
    cast(totalled.shown_eur as decimal(18, 2)) as shown_eur,
    cast(totalled.shown_hours as double) as shown_hours,
    cast(totalled.differing_count as bigint) as differing_count,
    covered.coverage_share,
    false as is_provisional,
    false as is_small_cell
from totalled
cross join covered
