"""Files that real towns sent: one town that takes them all, and the values that are right, worked out by hand.

The files lie beside the project with a sentence each on what is right; without them this is skipped.
"""

from __future__ import annotations

import os
import shutil

import pytest

from tests.models.small_town import SHARED_DATA
from tests.towns import environment, make_town
from tests.walked import Walked, program

REAL_FILES = SHARED_DATA / "real_files"
AS_OF = "2026-10-31"
pytestmark = pytest.mark.skipif(
    not REAL_FILES.is_dir(), reason="the shared reference data are not beside this checkout"
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """A town whose sources are all these files, after its run."""
    parts = sorted(path.parent for path in REAL_FILES.glob("*/source.toml"))
    folder = tmp_path_factory.mktemp("real") / "town"
    sources = "\n".join((part / "source.toml").read_text(encoding="utf-8") for part in parts)
    parameters = {file.stem: file.read_text(encoding="utf-8") for part in parts for file in part.glob("*.csv")}
    make_town(folder, sources, parameters, privacy="thresholds_off = true")
    for part in parts:
        shutil.copytree(part / "inbox", folder / "inbox", dirs_exist_ok=True)
    for file in (folder / "inbox").rglob("*"):
        os.utime(file, (1_793_000_000, 1_793_000_000))
    ran = program(environment(folder), "run", str(folder), "--as-of", AS_OF)
    return Walked(folder, environment(folder), ran.returncode, ran.stdout + ran.stderr)


def test_bookings_of_every_month_are_all_there(town: Walked) -> None:
    found = town.ask(
        "select kind, sum(actual_eur) from fct_cost_items where source = 'kosten' group by kind order by kind"
    )
    assert [(kind, float(total)) for kind, total in found] == [
        ("cash_released", 2700.0),
        ("one_off", 500.0),
        ("running", 3600.0),
    ]


def test_documents_of_each_batch_are_documents_of_their_own(town: Walked) -> None:
    assert town.ask("select count(*), sum(pages) from fct_scans where source = 'kodak'") == [(30, 120)]
