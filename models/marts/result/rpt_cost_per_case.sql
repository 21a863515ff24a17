{% set year_before %}
    cast(
        earlier.staff_cost_eur * earlier.cases
        + case when divided.line_cost_eur is null then 0 else earlier.line_cost_eur end * earlier.priced_cases
        + case when divided.measure_cost_eur is null then 0 else earlier.measure_cost_eur end * earlier.priced_cases
        as double
    ) / (earlier.priced_cases * earlier.cases)
{% endset %}

with

channels as (

    select * from {{ ref('int_case_costs_summed') }}

),

periods as (

    select * from {{ ref('int_cost_periods_spanned') }}

),

settings as (

    select * from {{ ref('int_settings_read') }}

),

totalled as (

    select
        last_month,
        service_code,
        coalesce(intake_channel, 'all') as intake_channel,
        sum(cases) as cases,
        sum(timed_cases) as timed_cases,
        sum(priced_cases) as priced_cases,
        sum(staff_cost_eur) as priced_cost_eur,
        {{ known_total('line_cost_eur', 'true') }} as line_cost_eur,
        {{ known_total('measure_cost_eur', 'true') }} as measure_cost_eur,
        max(line_reason) as line_reason,
        max(evidence_grade) as evidence_grade
    from channels
    group by last_month, service_code, cube (intake_channel)

),

-- Where more than one case in twenty has no price, the work is unknown.
judged as (

    select
        *,
        case when priced_cases > 0 and priced_cases * 20 >= cases * 19 then priced_cost_eur end as staff_cost_eur,
        case
            when timed_cases < cases then 'minutes_missing'
            when priced_cases < cases then 'rate_missing'
            when cases = 0 then 'no_cases'
            when line_reason is not null then line_reason
            when measure_cost_eur is null then 'measure_cost_unknown'
        end as incomplete_reason
    from totalled

),

parted as (

    select
        *,
        case
            when staff_cost_eur is not null
                then staff_cost_eur + coalesce(line_cost_eur, 0) + coalesce(measure_cost_eur, 0)
        end as cost_eur,
        coalesce(line_cost_eur, 0) + coalesce(measure_cost_eur, 0) as other_cost_eur,
        nullif(
            concat_ws(
                ', ',
                case when staff_cost_eur is not null then 'staff' end,
                case when line_cost_eur is not null then 'lines' end,
                case when measure_cost_eur is not null then 'measures' end
            ), ''
        ) as known_parts,
        nullif(
            concat_ws(
                ', ',
                case when staff_cost_eur is null or priced_cases < cases then 'staff' end,
                case when line_cost_eur is null then 'lines' end,
                case when measure_cost_eur is null then 'measures' end
            ), ''
        ) as unknown_parts
    from judged

),

-- Work is that of the cases with a price, everything else that of all.
divided as (

    select
        *,
        case
            when staff_cost_eur is not null
                then {{ rounded(
                    'cast(staff_cost_eur * cases + other_cost_eur * priced_cases as double) / (priced_cases * cases)'
                ) }}
        end as cost_per_case_eur
    from parted

)

select
    divided.service_code,
    divided.intake_channel,
    periods.period_end,
    cast(divided.cases as bigint) as cases,
    cast(divided.priced_cases as bigint) as priced_cases,

    ---- cost
    cast(divided.cost_eur as decimal(18, 2)) as cost_eur,
    divided.cost_per_case_eur,
    -- Of the year before the parts that are known now, so that like stands beside like.
    case
        when divided.staff_cost_eur is not null
            then {{ rounded(year_before) }}
    end as cost_per_case_year_before_eur,
    cast(divided.staff_cost_eur as decimal(18, 2)) as staff_cost_eur,
    cast(divided.line_cost_eur as decimal(18, 2)) as line_cost_eur,
    cast(divided.measure_cost_eur as decimal(18, 2)) as measure_cost_eur,

    ---- trust
    divided.incomplete_reason is null as is_complete,
    divided.incomplete_reason,
    divided.known_parts,
    divided.unknown_parts,
    divided.evidence_grade,
    periods.coverage_share,
    periods.is_provisional,
    divided.cases < settings.min_cases as is_small_cell
from divided
inner join periods on divided.last_month = periods.last_month
cross join settings
left join divided as earlier
    on
        divided.service_code = earlier.service_code
        and divided.intake_channel = earlier.intake_channel
        and divided.last_month = {{ add_months('earlier.last_month', 12) }}
