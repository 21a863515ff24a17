"""The pages of a town with very many services: it is given as the folder of a town that was walked.

``PAPIERWENDE_BENCH_SERVICES`` names the folder; without it the row says so.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

import duckdb

from tests.bench.measured import Measured, measure, python
from tests.bench.measuring import Measuring
from tests.bench.prepared import environment, work_folder
from tests.bench.results import OURS

NAMED_BY: Final = "PAPIERWENDE_BENCH_SERVICES"
MANY: Final = 3_000
SITE: Final = f"the pages of a town with {MANY:,} services"


def measure_all(measuring: Measuring) -> None:
    """One row."""
    named = os.environ.get(NAMED_BY)
    if named is None:
        measuring.cannot(SITE, OURS, f"{NAMED_BY} names no town")
        return
    town = Path(named).resolve()
    with duckdb.connect(str(town / "current" / "papierwende.duckdb"), read_only=True) as connection:
        ((services,),) = connection.execute("select count(*) from monitor.dim_services").fetchall()
    if services < MANY:
        measuring.cannot(SITE, OURS, f"the town that {NAMED_BY} names has {services:,} services")
        return
    measuring.section.facts["services"] = services
    work = work_folder("services")

    def written() -> Measured:
        shutil.rmtree(work / "site", ignore_errors=True)
        return measure(
            python("tests.bench.children.publish_parts", "site", town, work, work), environment=environment()
        )

    measuring.spent(SITE, OURS, written)
    shutil.rmtree(work)
