{% set kinds = record_kinds() %}

with

rows_named as (

    select * from {{ ref('int_rows_named') }}

),

{% for kind in kinds %}
    {{ kind }} as (

        select * from {{ ref('stg_landing__costs') if kind == 'costs' else source('landing', kind) }}

    ),

{% endfor %}

-- Whether two sources mean the same row is compared with the rows themselves, among the few that look alike.
identities_repeated as (

    select
        record_kind,
        identity
    from rows_named
    group by record_kind, identity
    having count(*) > 1

),

rows_marked as (

    select
        rows_named.*,
        identities_repeated.identity is not null as is_repeated
    from rows_named
    left join identities_repeated
        on
            rows_named.record_kind = identities_repeated.record_kind
            and rows_named.identity = identities_repeated.identity

),

-- Most rows are told once: of them there is nothing to compare, and what they say need not be read.
compared as (

    {% for kind, columns in kinds.items() %}
        select
            rows_marked.*,
            {{ digest(row_text(columns.content, kind)) }} as content,
            {% if columns.lasts %}
                {{ digest(row_text(columns.content, kind)) }} as lasting
            {% elif columns.lasting %}
                case when {{ columns.lasting_among }} then {{ digest(row_text(columns.lasting, kind)) }} end as lasting
            {% else %}
                {{ no_digest() }} as lasting
            {% endif %}
        from rows_marked
        inner join {{ kind }}
            on rows_marked.delivery_id = {{ kind }}.delivery_id and rows_marked.position = {{ kind }}.position
        where rows_marked.is_repeated and rows_marked.record_kind = '{{ kind }}'

        union all

    {% endfor %}
    select
        *,
        {{ no_digest() }} as content,
        {{ no_digest() }} as lasting
    from rows_marked
    where not is_repeated

)

select
    record_kind,
    source,
    delivery_id,
    position,
    identity,
    content,
    lasting,
    is_numbered,
    version,
    changed_at
from compared
