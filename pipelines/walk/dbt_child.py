"""Dbt in a process of its own, which works in the folder of the build: a town's place is no part of what it parsed."""

from __future__ import annotations

import gc
import os
from importlib import import_module
from pathlib import Path
from typing import Final

FOLDER: Final = "PAPIERWENDE_BUILD_FOLDER"
ENGINE: Final = "PAPIERWENDE_ENGINE"
SPARK: Final = "spark"
# Dbt makes millions of objects and drops few of them; looking for circles among them takes a fourteenth of its time.
_OBJECTS_BEFORE_LOOKING: Final = 500_000


def main() -> None:
    """Go to the folder, which is made where it is missing, and be dbt."""
    gc.set_threshold(_OBJECTS_BEFORE_LOOKING, 50, 50)
    folder = Path(os.environ[FOLDER])
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    if os.environ.get(ENGINE) == SPARK:
        import_module("pipelines.walk.spark.estimates").run_estimates_here()
    # Who only asks for this module's name loads no dbt.
    import_module("dbt.cli.main").cli()


if __name__ == "__main__":
    main()
