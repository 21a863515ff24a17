"""The walk of a real municipal log of 8,577 events, where the shared reference data are there."""

from __future__ import annotations

import shutil
from typing import Final

from tests.bench.chapters.walk import PUBLISHED, command
from tests.bench.measured import Measured, measure
from tests.bench.measuring import Measuring
from tests.bench.prepared import environment, work_folder
from tests.bench.results import OURS
from tests.towns import make_town
from tests.walk.conftest import RECEIPT_SOURCE, SHARED

WALK: Final = "the receipt log, inbox to published"
DAY: Final = "2012-01-31"


def measure_all(measuring: Measuring) -> None:
    """One row."""
    log = SHARED / "receipt.xes.gz"
    if not log.is_file():
        measuring.cannot(WALK, OURS, "the shared reference data are not beside this checkout")
        return
    work = work_folder("receipt")

    def walked() -> Measured:
        town = work / "town"
        shutil.rmtree(town, ignore_errors=True)
        make_town(town, RECEIPT_SOURCE, privacy="thresholds_off = true")
        shutil.copy(log, town / "inbox" / "permits")
        return measure(command("run", str(town), "--as-of", DAY), environment=environment(), expected=PUBLISHED)

    measuring.spent(WALK, OURS, walked)
    shutil.rmtree(work)
