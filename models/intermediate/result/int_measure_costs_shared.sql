with

periods as (

    select * from {{ ref('int_cost_periods_spanned') }}

),

decided as (

    select * from {{ ref('int_decided_cases_priced') }}

),

cash as (

    select * from {{ ref('int_cash_totalled') }}

),

claims as (

    select * from {{ ref('int_measure_claims_read') }}

),

measure_costs as (

    select
        periods.last_month,
        cash.measure_id,
        {{ known_total('cash.running_cost_eur', 'true') }} as running_cost_eur,
        {{ known_total('cash.parallel_cost_eur', 'true') }} as parallel_cost_eur
    from periods
    inner join cash on cash.month between periods.first_month and periods.last_month
    group by periods.last_month, cash.measure_id

),

service_cases as (

    select
        periods.last_month,
        decided.service_code,
        sum(decided.decided_cases) as decided_cases
    from periods
    inner join decided on decided.month between periods.first_month and periods.last_month
    group by periods.last_month, decided.service_code

),

-- What a measure costs is caused by its services as often as they are used.
touched as (

    select
        claims.measure_id,
        service_cases.last_month,
        service_cases.service_code,
        service_cases.decided_cases,
        sum(service_cases.decided_cases) over (
            partition by claims.measure_id, service_cases.last_month
        ) as measure_cases
    from claims
    inner join service_cases on claims.service_code = service_cases.service_code

)

select
    touched.last_month,
    touched.service_code,
    count(measure_costs.measure_id) = count(measure_costs.running_cost_eur + measure_costs.parallel_cost_eur)
        as is_known,
    {% set part %}
        sum(
            cast(measure_costs.running_cost_eur + measure_costs.parallel_cost_eur as double)
            * touched.decided_cases / touched.measure_cases
        )
    {% endset %}
    {{ rounded(part) }} as measure_cost_eur
from touched
inner join measure_costs
    on
        touched.measure_id = measure_costs.measure_id
        and touched.last_month = measure_costs.last_month
group by touched.last_month, touched.service_code
