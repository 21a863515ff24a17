"""Dbt in a process of its own, which works in the folder of the build: a town's place is no part of what it parsed."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Final

from pipelines.run.garbage import look_rarely

FOLDER: Final = "PAPIERWENDE_BUILD_FOLDER"
ENGINE: Final = "PAPIERWENDE_ENGINE"
SPARK: Final = "spark"
LOG_LEVEL: Final = "DBT_LOG_LEVEL_FILE"


def main() -> None:
    """Go to the folder, which is made where it is missing, and be dbt."""
    look_rarely()
    folder = Path(os.environ[FOLDER])
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    if os.environ.get(ENGINE) == SPARK:
        import_module("pipelines.walk.spark.estimates").run_estimates_here()
    # Who only asks for this module's name loads no dbt.
    cli, spared = import_module("dbt.cli.main").cli, import_module("pipelines.walk.dbt_spared")
    if os.environ.get(LOG_LEVEL) != "debug":
        spared.spare_events()
    if "build" in sys.argv:
        spared.spare_build()
    cli()


if __name__ == "__main__":
    main()
