{# A model's contract and comments in as few questions as they take: dbt asks per column. #}

{# The columns a model makes are those of its .yml. Only where they differ, or one has no type, dbt says how. #}
{% macro duckdb__get_assert_columns_equivalent(sql) %}
    {% set declared = [] %}
    {% for column in model.columns.values() if column.data_type %}
        {% do declared.append("cast(null as " ~ column.data_type ~ ") as " ~ column.name) %}
    {% endfor %}
    {% set wanted = adapter.get_column_schema_from_query("select " ~ declared | join(", ")) if declared %}
    {% set found = get_column_schema_from_query(sql, config.get("sql_header", none)) %}
    {% if declared | length != model.columns | length
        or wanted | sort(attribute="name") != found | sort(attribute="name") %}
        {{ assert_columns_equivalent(sql) }}
    {% endif %}
{% endmacro %}

{# The contract holds that a table has the columns of its .yml: it need not be asked which it has. #}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) %}
    {% set said = [] %}
    {% if for_relation and config.persist_relation_docs() and model.description %}
        {% do said.append("comment on " ~ relation.type ~ " " ~ relation ~ " is " ~ text_literal(model.description)) %}
    {% endif %}
    {% if for_columns and config.persist_column_docs() %}
        {% for column in model.columns.values() %}
            {% set text = column.description | replace("'", "''") %}
            {% do said.append("comment on column " ~ relation ~ "." ~ column.name ~ " is '" ~ text ~ "'") %}
        {% endfor %}
    {% endif %}
    {% if said %}{% do adapter.execute(said | join(";\n"), auto_begin=true) %}{% endif %}
{% endmacro %}

{# What a model of Python made becomes its table. dbt would load pandas first, to which DuckDB need not be helped. #}
{% macro py_write_table(temporary, relation, compiled_code, partitioned_by=none, sorted_by=none) -%}
{{ compiled_code }}

def materialize(df, con):
    con.register("made", df)
    con.execute('create table {{ relation }} as select * from made')
    con.unregister("made")
{% endmacro %}
