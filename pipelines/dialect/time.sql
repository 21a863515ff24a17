{# Instants, days and months: everything about time that engines say differently.
   Models hold instants as UTC without a zone; days and months are judged by the town's clock.
   default__ is DuckDB, spark__ the bridge for Spark. #}

{% macro town_zone() -%}
    {{ env_var('PAPIERWENDE_TIMEZONE', 'Europe/Berlin') }}
{%- endmacro %}

{# The town's wall time of a UTC instant. #}
{% macro local_time(instant) -%} {{ adapter.dispatch('local_time')(instant) }} {%- endmacro %}
{% macro default__local_time(instant) -%} timezone('{{ town_zone() }}', timezone('UTC', {{ instant }})) {%- endmacro %}
{% macro spark__local_time(instant) -%} convert_timezone('UTC', '{{ town_zone() }}', {{ instant }}) {%- endmacro %}

{% macro local_day(instant) -%} cast({{ local_time(instant) }} as date) {%- endmacro %}

{# The UTC instant of a wall time in the town; the second one on the night when the hour comes twice. #}
{% macro utc_time(wall_time) -%} {{ adapter.dispatch('utc_time')(wall_time) }} {%- endmacro %}
{% macro default__utc_time(wall_time) -%} timezone('UTC', timezone('{{ town_zone() }}', {{ wall_time }})) {%- endmacro %}
{# Spark takes the first of two hours; an hour later is told once, unless that is an hour which the clock skips. #}
{% macro spark__utc_time(wall_time) -%}
    greatest(
        convert_timezone('{{ town_zone() }}', 'UTC', {{ wall_time }}),
        convert_timezone('{{ town_zone() }}', 'UTC', {{ wall_time }} + interval 1 hour) - interval 1 hour
    )
{%- endmacro %}

{# Wall time so many minutes after a day's midnight; 1440 is the next day's midnight. #}
{% macro wall_time(day, minutes) -%} {{ adapter.dispatch('wall_time')(day, minutes) }} {%- endmacro %}
{% macro default__wall_time(day, minutes) -%}
    (cast({{ day }} as timestamp) + to_minutes(cast({{ minutes }} as bigint)))
{%- endmacro %}
{% macro spark__wall_time(day, minutes) -%} timestampadd(MINUTE, {{ minutes }}, cast({{ day }} as timestamp_ntz)) {%- endmacro %}

{# Whether an instant is a day without a clock: it stands at the town's midnight, as the door lands such a day. #}
{% macro is_whole_day(instant) -%}
    ({{ instant }} = {{ utc_time(wall_time(local_day(instant), 0)) }})
{%- endmacro %}

{# The last instant of a local day. #}
{% macro end_of_day(day) -%} {{ utc_time(wall_time(day, 1440)) }} - interval 1 microsecond {%- endmacro %}

{# Whether one instant lies before another; by the day where one of them has no clock. #}
{% macro lies_before(earlier, later) -%}
    case
        when {{ is_whole_day(earlier) }} or {{ is_whole_day(later) }}
            then {{ local_day(earlier) }} < {{ local_day(later) }}
        else {{ earlier }} < {{ later }}
    end
{%- endmacro %}

{# Whole microseconds from one instant to another. #}
{% macro microseconds_between(earlier, later) -%} {{ adapter.dispatch('microseconds_between')(earlier, later) }} {%- endmacro %}
{% macro default__microseconds_between(earlier, later) -%} date_sub('microsecond', {{ earlier }}, {{ later }}) {%- endmacro %}
{% macro spark__microseconds_between(earlier, later) -%} timestampdiff(MICROSECOND, {{ earlier }}, {{ later }}) {%- endmacro %}

{% macro days_between(earlier, later) -%} {{ adapter.dispatch('days_between')(earlier, later) }} {%- endmacro %}
{% macro default__days_between(earlier, later) -%} date_diff('day', {{ earlier }}, {{ later }}) {%- endmacro %}
{% macro spark__days_between(earlier, later) -%} cast(date_diff({{ later }}, {{ earlier }}) as bigint) {%- endmacro %}

{% macro add_days(day, days) -%} {{ adapter.dispatch('add_days')(day, days) }} {%- endmacro %}
{% macro default__add_days(day, days) -%} cast({{ day }} + to_days(cast({{ days }} as integer)) as date) {%- endmacro %}
{% macro spark__add_days(day, days) -%} date_add({{ day }}, cast({{ days }} as int)) {%- endmacro %}

{% macro add_months(day, months) -%} {{ adapter.dispatch('add_months')(day, months) }} {%- endmacro %}
{% macro default__add_months(day, months) -%} cast({{ day }} + to_months(cast({{ months }} as integer)) as date) {%- endmacro %}
{% macro spark__add_months(day, months) -%} add_months({{ day }}, cast({{ months }} as int)) {%- endmacro %}

{% macro month_of(day) -%} cast(date_trunc('month', {{ day }}) as date) {%- endmacro %}

{# 1 is Monday, 7 Sunday. #}
{% macro weekday_number(day) -%} {{ adapter.dispatch('weekday_number')(day) }} {%- endmacro %}
{% macro default__weekday_number(day) -%} cast(isodow({{ day }}) as bigint) {%- endmacro %}
{% macro spark__weekday_number(day) -%} cast(weekday({{ day }}) + 1 as bigint) {%- endmacro %}

{# One row per day (or month), both ends included; stands in a select list. #}
{% macro day_series(first_day, last_day) -%} {{ adapter.dispatch('day_series')(first_day, last_day) }} {%- endmacro %}
{% macro default__day_series(first_day, last_day) -%}
    cast(unnest(generate_series({{ first_day }}, {{ last_day }}, interval 1 day)) as date)
{%- endmacro %}
{% macro spark__day_series(first_day, last_day) -%} {{ spark_series(first_day, last_day, 'day') }} {%- endmacro %}

{% macro month_series(first_month, last_month) -%} {{ adapter.dispatch('month_series')(first_month, last_month) }} {%- endmacro %}
{% macro default__month_series(first_month, last_month) -%}
    cast(unnest(generate_series({{ first_month }}, {{ last_month }}, interval 1 month)) as date)
{%- endmacro %}
{% macro spark__month_series(first_month, last_month) -%}
    {{ spark_series(first_month, last_month, 'month') }}
{%- endmacro %}

{# Spark refuses a series that ends before it begins; here it has no row. #}
{% macro spark_series(first, last, step) -%}
    explode(case
        when {{ first }} <= {{ last }}
            then sequence(cast({{ first }} as date), cast({{ last }} as date), interval 1 {{ step }})
        else cast(array() as array<date>)
    end)
{%- endmacro %}

{# Microseconds the office was open from the start of its calendar to an instant of a day of int_office_days_timed: earlier
   days whole, this one in part. The difference of two is working time. #}
{% macro worked_us(day, instant) -%} ({{ day }}.open_us_before + {{ adapter.dispatch('worked_us_of_day')(day, instant) }}) {%- endmacro %}
{% macro default__worked_us_of_day(day, instant) -%}
    cast(coalesce(list_sum(list_transform(
        {{ day }}.slots_open_at,
        lambda opens_at, place: greatest(
            0, least(date_sub('microsecond', opens_at, {{ instant }}), {{ day }}.slots_us[place])
        )
    )), 0) as bigint)
{%- endmacro %}
{% macro spark__worked_us_of_day(day, instant) -%}
    coalesce(aggregate(
        arrays_zip({{ day }}.slots_open_at, {{ day }}.slots_us),
        cast(0 as bigint),
        (worked, slot) -> worked + greatest(
            0, least(timestampdiff(MICROSECOND, slot.slots_open_at, {{ instant }}), slot.slots_us)
        )
    ), 0)
{%- endmacro %}
