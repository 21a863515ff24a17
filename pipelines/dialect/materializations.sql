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

{# The key's index is made where the table is published: here nobody looks a row up, and two of them cost twice. #}
{% macro duckdb__get_table_columns_and_constraints() %}
    ({{ adapter.render_raw_columns_constraints(raw_columns=model["columns"]) | join(", ") }})
{% endmacro %}

{# On Spark a table is a folder in the exchange. Comments are given to what comes back (pipelines/walk/spark). #}

{% materialization table, adapter="spark", supported_languages=["sql", "python"] %}
    {% set relation = this.incorporate(type="table") %}
    {% call statement("main", language=model["language"]) -%}
        {{ spark_table(relation, compiled_code, model["language"]) }}
    {%- endcall %}
    {{ return({"relations": [relation]}) }}
{% endmaterialization %}

{% materialization view, adapter="spark" %}
    {% set relation = this.incorporate(type="view") %}
    {% call statement("main") -%} create view {{ relation }} as {{ compiled_code }} {%- endcall %}
    {{ return({"relations": [relation]}) }}
{% endmaterialization %}

{% macro spark_table(relation, compiled_code, language) -%}
    {%- set folder = env_var('PAPIERWENDE_EXCHANGE') ~ '/built/' ~ relation.identifier -%}
    {%- if language == 'python' -%}
        {{ compiled_code }}{{ '\n' }}made = ("{{ relation }}", "{{ folder }}")
    {%- else -%}
        {%- if config.get('contract').enforced -%}
            {{ get_assert_columns_equivalent(compiled_code) }}
            {%- set compiled_code = get_select_subquery(compiled_code) -%}
        {%- endif -%}
        create table {{ relation }} using parquet location '{{ folder }}' as {{ compiled_code }}
    {%- endif -%}
{%- endmacro %}
