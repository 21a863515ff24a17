{# What a build may take of the machine. No part of the profile, where another machine would parse the models anew. #}

{% macro bound_build() %}
    {% if execute %} {% do adapter.dispatch('bound_build')() %} {% endif %}
{% endmacro %}
{% macro default__bound_build() %}
    {% if env_var('PAPIERWENDE_BUILD_MEMORY', '') %}
        {% do run_query("set global memory_limit = '" ~ env_var('PAPIERWENDE_BUILD_MEMORY') ~ "'") %}
        {% do run_query("set global max_temp_directory_size = '" ~ env_var('PAPIERWENDE_BUILD_SPILL') ~ "'") %}
    {% endif %}
{% endmacro %}
{# What a server may take its own settings say. #}
{% macro spark__bound_build() %} {% endmacro %}
