"""Dbt as a Dagster resource that costs no more than the command it starts."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

from dagster_dbt import DbtCliResource
from packaging.version import Version


class Dbt(DbtCliResource):
    """Starts dbt without loading it here too.

    Dagster would ask ``dbt --version`` and open a second adapter, with all macros parsed, to count rows and columns
    of each model, which no one here asks for: a tenth of a small town's run.
    """

    @property
    def _cli_version(self) -> Version:  # pyright: ignore[reportIncompatibleVariableOverride]
        return Version(version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return None
