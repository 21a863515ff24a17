with

baselines as (

    select * from {{ ref('dim_baselines') }}

),

estimated as (

    select * from {{ ref('int_savings_estimated') }}
    where span = 'month' and service_code <> 'all'

),

covered as (

    select * from {{ ref('int_months_covered') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

newest as (

    select
        service_code,
        live_on,
        version as newest_version
    from baselines
    where is_newest

),

-- What stands of the last twelve full months, on the version that counts, on the newest and on the first.
stood as (

    select
        estimated.baseline_id,
        sum(estimated.minutes) as minutes,
        sum(estimated.newest_baseline_minutes) as newest_minutes,
        sum(estimated.first_baseline_minutes) as first_minutes,
        sum(estimated.claimed_cases) as claimed_cases
    from estimated
    cross join settings
    where
        {{ stands('estimated.claim_state') }}
        and estimated.claimed_cases >= settings.min_cases
        and estimated.month < settings.as_of_month
        and estimated.month >= {{ add_months('settings.as_of_month', -12) }}
    group by estimated.baseline_id

)

select
    baselines.baseline_id,
    baselines.service_code,
    baselines.live_on,
    baselines.kind,
    baselines.frozen_on,
    baselines.version,
    newest.newest_version,
    baselines.baseline_cases,
    cast(stood.claimed_cases as bigint) as claimed_cases,
    stood.minutes / 60 as stands_last_12_months_hours,
    stood.newest_minutes / 60 as newest_last_12_months_hours,
    stood.first_minutes / 60 as first_last_12_months_hours,
    covered.coverage_share,
    coalesce(covered.is_provisional, true) as is_provisional,
    baselines.is_small_cell
from baselines
cross join settings
left join newest on baselines.service_code = newest.service_code and baselines.live_on = newest.live_on
left join stood on baselines.baseline_id = stood.baseline_id
left join covered on covered.month = {{ add_months('settings.as_of_month', -1) }}
where baselines.is_claimed
