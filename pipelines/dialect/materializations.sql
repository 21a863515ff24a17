{# Each build has a fresh file, and nothing reads it meanwhile: no relation is there to be kept, renamed or dropped. #}

{% materialization table, adapter="duckdb", supported_languages=["sql", "python"] %}
    {% set relation = this.incorporate(type="table") %}
    {% call statement("main", language=model["language"]) -%}
        {{ create_table_as(False, relation, compiled_code, model["language"]) }}
    {%- endcall %}
    {% do persist_docs(relation, model) %}
    {% do adapter.commit() %}
    {{ return({"relations": [relation]}) }}
{% endmaterialization %}

{% materialization view, adapter="duckdb" %}
    {% set relation = this.incorporate(type="view") %}
    {% call statement("main") -%} {{ create_view_as(relation, compiled_code) }} {%- endcall %}
    {% do persist_docs(relation, model) %}
    {% do adapter.commit() %}
    {{ return({"relations": [relation]}) }}
{% endmaterialization %}

{# The contract holds that a table has the columns of its .yml: it need not be asked which it has. #}
{% macro duckdb__alter_column_comment(relation, columns) %}
    {% for name, column in columns.items() %}
        comment on column {{ relation }}.{{ name }} is {{ duckdb_escape_comment(column["description"]) }};
    {% endfor %}
{% endmacro %}

{# The key's index is made where the table is published: here nobody looks a row up, and two of them cost twice. #}
{% macro duckdb__get_table_columns_and_constraints() %}
    ({{ adapter.render_raw_columns_constraints(raw_columns=model["columns"]) | join(", ") }})
{% endmacro %}
