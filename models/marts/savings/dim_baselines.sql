with

baselines as (

    select * from {{ ref('int_baselines_cut') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

counted as (

    select
        baseline_id,
        min(case when in_baseline then month end) as first_month,
        max(case when in_baseline then month end) as last_month,
        sum(case when in_baseline then received_cases end) as cases
    from baselines
    group by baseline_id

),

headed as (

    select distinct
        baseline_id,
        service_code,
        live_on,
        version,
        kind,
        frozen_on,
        content_hash,
        adopted_on,
        adopted_because,
        state,
        full_months,
        claim_possible_from,
        is_claimed,
        is_newest
    from baselines

)

select
    headed.baseline_id,
    headed.service_code,
    headed.live_on,
    headed.version,
    headed.kind,
    headed.frozen_on,
    headed.content_hash,
    headed.state,
    headed.adopted_on,
    headed.adopted_because,
    counted.first_month,
    counted.last_month,
    cast(counted.cases as bigint) as baseline_cases,
    headed.full_months,
    headed.claim_possible_from,
    headed.is_claimed,
    headed.is_newest,
    coalesce(counted.cases < settings.min_cases, false) as is_small_cell
from headed
cross join settings
inner join counted on headed.baseline_id = counted.baseline_id
