"""The same cases give the same table, bit for bit, whatever arithmetic the processor brings along."""

import os
import platform
import subprocess
import sys

import pytest

TOWN = """
import hashlib
from pipelines.estimates.frames import savings_frame
from tests.pipelines.estimates.habits import Habits
from tests.pipelines.estimates.twins import twin_town
town = twin_town(3, Habits(measures=4, untreated=4, months=48, first_live=26, last_live=30))
frame = savings_frame(town.cohorts, town.claims, town.minutes, town.end, 5)
print(frame.height, hashlib.sha256(frame.write_csv().encode()).hexdigest())
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the kernels that are compared are those of x86-64")
def test_another_processor_gives_the_same_figures() -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", TOWN],
            env=os.environ | {"OPENBLAS_CORETYPE": kernel, "OPENBLAS_NUM_THREADS": "1"},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for kernel in ("Prescott", "Haswell")
    }
    (told,) = said
    assert int(told.split()[0]) > 100
