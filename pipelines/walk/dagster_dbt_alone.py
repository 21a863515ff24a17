"""dagster-dbt as it is where dbt is installed elsewhere: here dbt is a process of its own, which loads what it needs.

dagster-dbt would load half of dbt into this process too, only to read its version: a second and more of every run.
Nothing else in the house imports dagster-dbt.
"""

from __future__ import annotations

from pipelines.run.unloaded import left_out

with left_out("dbt.version"):
    from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource, dbt_assets
    from dagster_dbt.errors import DagsterDbtCliRuntimeError

__all__ = [
    "DagsterDbtCliRuntimeError",
    "DagsterDbtTranslator",
    "DagsterDbtTranslatorSettings",
    "DbtCliResource",
    "dbt_assets",
]
