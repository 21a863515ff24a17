{#- What a case counts as: from which day, to which day, under which condition. -#}
{% set rules = [
    ('open_cases', 'from_day', 'to_day', 'true'),
    ('open_deadline_cases', 'from_day', 'to_day', 'due_day is not null'),
    ('overdue', 'greatest(from_day, due_day)', 'to_day', 'due_day is not null'),
    ('soon_due_known_cases', 'greatest(from_day, due_day)', 'to_day', 'due_day is not null'),
    ('soon_due_known_cases', 'greatest(from_day, first_known_day)', 'to_day_in_time', 'due_number is not null'),
    ('at_risk', 'greatest(from_day, soon_due_from)', 'to_day_in_time', 'soon_due_from is not null'),
    ('known_waiting_cases', 'from_day', 'to_day', "waits_for <> 'unknown'"),
    ('waiting_applicant', 'from_day', 'to_day', "waits_for = 'applicant'"),
    ('waiting_office', 'from_day', 'to_day', "waits_for = 'office'"),
    ('age_cases', 'from_day', 'to_known_day', 'received_number is not null'),
    ('age_from_10_days', 'greatest(from_day, age_10_from)', 'to_known_day', 'age_10_from is not null'),
    ('age_from_30_days', 'greatest(from_day, age_30_from)', 'to_known_day', 'age_30_from is not null'),
    ('age_from_90_days', 'greatest(from_day, age_90_from)', 'to_known_day', 'age_90_from is not null')
] -%}

with

segments as (

    select * from {{ ref('int_backlog_segments_numbered') }}

),

office_days as (

    select * from {{ ref('int_office_days_counted') }}

),

reached as (

    select
        office_code,
        working_day_number,
        min(day) as reached_on
    from office_days
    where is_known
    group by office_code, working_day_number

),

-- From which day on a case is near its deadline, and old: each number of opening days is reached on one day.
dated as (

    select
        segments.*,
        least(segments.to_day, segments.last_known_day) as to_known_day,
        least(
            segments.to_day, segments.last_known_day, {{ add_days('segments.due_day', -1) }}
        ) as to_day_in_time,
        case
            when segments.due_number - 5 <= segments.first_known_number then segments.first_known_day
            else soon_due.reached_on
        end as soon_due_from,
        ten.reached_on as age_10_from,
        thirty.reached_on as age_30_from,
        ninety.reached_on as age_90_from
    from segments
    left join reached as soon_due
        on
            segments.office_code = soon_due.office_code
            and segments.due_number - 5 = soon_due.working_day_number
    left join reached as ten
        on
            segments.office_code = ten.office_code
            and segments.received_number + 10 = ten.working_day_number
    left join reached as thirty
        on
            segments.office_code = thirty.office_code
            and segments.received_number + 30 = thirty.working_day_number
    left join reached as ninety
        on
            segments.office_code = ninety.office_code
            and segments.received_number + 90 = ninety.working_day_number

),

-- Once the deadline has passed, everybody knows that it is not ahead; before, opening days must be known.
intervals as (

    {% for counted_as, first, last, condition in rules %}
        select
            service_code,
            office_code,
            '{{ counted_as }}' as counted_as,
            {{ first }},
            {{ last }}
        from dated
        where {{ condition }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from intervals
where from_day <= to_day
