"""A section about a number of events: the way in, the walk, the figures."""

from __future__ import annotations

import shutil
import sys
from typing import Final

from tests.bench.chapters import figures, intake, walk
from tests.bench.measuring import Measuring
from tests.bench.prepared import cache

# Inbox, landing, the build's file, two generations, and one file of each format.
GB_PER_MILLION: Final = 3


def measure_all(measuring: Measuring, millions: float) -> None:
    """All rows of the section; the town is removed when they are there."""
    needed, free = millions * GB_PER_MILLION, shutil.disk_usage(cache()).free / 1e9
    if free < needed:
        sys.exit(
            f"{cache()}: {millions:g} million events take about {needed:.0f} GB and {free:.0f} GB are free; "
            "make room, or name another place in PAPIERWENDE_BENCH_CACHE."
        )
    town = walk.walked(measuring, millions)
    if town is not None:
        figures.log_measured(measuring, town)
        figures.tables_measured(measuring, town)
        shutil.rmtree(town.parent)
    intake.measure_all(measuring, millions)
