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
        service_code,
        case_type,
        intake_channel,
        live_on,
        sum(received_cases) as cases
    from baselines
    where cell = 'cases' and in_baseline
    group by baseline_id, service_code, case_type, intake_channel, live_on

),

timed as (

    select * from baselines
    where cell = 'minutes'

),

ranked as (

    select
        counted.baseline_id,
        counted.case_type,
        counted.intake_channel,
        timed.minutes,
        timed.standard_error,
        timed.sampled,
        timed.method,
        timed.evidence_grade,
        row_number() over (
            partition by counted.baseline_id, counted.case_type, counted.intake_channel
            order by {{ own_minutes_first('timed') }}
        ) as minutes_rank
    from counted
    inner join timed
        on
            counted.baseline_id = timed.baseline_id
            and counted.intake_channel = timed.intake_channel
            and timed.case_type in (counted.case_type, 'all')

),

priced as (

    select * from ranked
    where minutes_rank = 1

),

whole as (

    select
        baseline_id,
        case_type,
        sum(cases) as type_cases
    from counted
    group by baseline_id, case_type

),

few as (

    select
        counted.*,
        counted.cases < settings.min_cases as is_few,
        settings.min_cases
    from counted
    cross join settings

),

-- Who knows a type's cases and the other cells knows the one that is held back: another cell goes with it, the next
-- smallest, where fewer than two cells or too few cases would be.
held_in_type as (

    select
        *,
        sum(case when is_few then 1 else 0 end) over of_type as few_cells,
        sum(case when is_few then cases else 0 end) over of_type as few_cases,
        row_number() over (
            partition by baseline_id, case_type, is_few
            order by cases, intake_channel
        ) as place
    from few
    window of_type as (partition by baseline_id, case_type)

),

held as (

    select
        *,
        is_few or (few_cells > 0 and (few_cells < 2 or few_cases < min_cases) and place = 1) as is_held
    from held_in_type

),

-- A type without a cell that is told has a number that nobody knows, but for what is left of the baseline: where that
-- is few, the next smallest type is held back as a whole.
types as (

    select
        held.baseline_id,
        held.case_type,
        bool_and(held.is_held) as is_untold,
        max(held.min_cases) as min_cases,
        sum(held.cases) as type_cases
    from held
    group by held.baseline_id, held.case_type

),

types_ranked as (

    select
        *,
        sum(case when is_untold then type_cases else 0 end) over (partition by baseline_id) as untold_cases,
        row_number() over (
            partition by baseline_id, is_untold
            order by type_cases, case_type
        ) as place
    from types

),

protected as (

    select
        held.baseline_id,
        held.case_type,
        held.intake_channel,
        held.is_held
        or (
            types_ranked.untold_cases > 0
            and types_ranked.untold_cases < types_ranked.min_cases
            and not types_ranked.is_untold
            and types_ranked.place = 1
        ) as is_small_cell
    from held
    inner join types_ranked
        on held.baseline_id = types_ranked.baseline_id and held.case_type = types_ranked.case_type

)

select
    counted.baseline_id,
    counted.service_code,
    counted.case_type,
    counted.intake_channel,
    cast(counted.cases as bigint) as cases,
    cast(whole.type_cases as bigint) as type_cases,
    cast(counted.cases as double) / whole.type_cases as channel_share,
    priced.minutes as minutes_per_case,
    cast(priced.standard_error as decimal(18, 4)) as standard_error,
    priced.sampled,
    priced.method,
    priced.evidence_grade,
    protected.is_small_cell
from counted
inner join protected
    on
        counted.baseline_id = protected.baseline_id
        and counted.case_type = protected.case_type
        and counted.intake_channel = protected.intake_channel
inner join whole on counted.baseline_id = whole.baseline_id and counted.case_type = whole.case_type
left join priced
    on
        counted.baseline_id = priced.baseline_id
        and counted.case_type = priced.case_type
        and counted.intake_channel = priced.intake_channel
