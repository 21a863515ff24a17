"""The real receipt log as a town that took the whole walk, and copies of the invented town to be changed."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.walked import Walked, made_once, program

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("PAPIERWENDE_SHARED_DATA", ROOT.parent / "shared" / "data"))

RECEIPT_SOURCE = """
[[source]]
name = "permits"
system = "portal"
format = "xes"
path = "inbox/permits/*.xes.gz"
service = "environmental-permit"
[source.columns]
case_ref = "case:concept:name"
activity = "concept:name"
occurred_at = "time:timestamp"
channel = "case:channel"
office = "case:department"
unit = "org:group"
received_at = "case:startdate"
closed_at = "case:enddate"
due_at = "case:deadline"
[source.values.channel]
Internet = "online"
Desk = "counter"
Post = "post"
"e-mail" = "email"
Intern = "internal"
"""


@pytest.fixture(scope="session")
def receipt(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """The real receipt log, thresholds off, as of the last day of the log's last month; shared, only to be read."""
    if not (SHARED / "receipt.xes.gz").is_file():
        pytest.skip("the shared reference data are not beside this checkout")
    return made_once(tmp_path_factory, "receipt", _receipt)


def _receipt(folder: Path, environment: dict[str, str]) -> tuple[int, str]:
    made = program(environment, "init", str(folder), "--land", "HB", "--name", "Testhafen")
    assert made.returncode == 0, made.stderr
    toml = folder / "town.toml"
    settings = toml.read_text(encoding="utf-8").partition("# One table per system")[0]
    toml.write_text(
        settings.replace("min_cases = 10", "min_cases = 10\nthresholds_off = true") + RECEIPT_SOURCE, encoding="utf-8"
    )
    (folder / "inbox" / "permits").mkdir()
    shutil.copy(SHARED / "receipt.xes.gz", folder / "inbox" / "permits")
    ran = program(environment, "run", str(folder), "--as-of", "2012-01-31")
    return ran.returncode, ran.stdout + ran.stderr


@pytest.fixture(scope="session")
def reference() -> dict[str, Any]:
    """Figures of the receipt log, computed by other programs."""
    path = SHARED / "reference_receipt.json"
    if not path.is_file():
        pytest.skip("the shared reference data are not beside this checkout")
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def on_the_last_day() -> Counter[str]:
    """Cases of the receipt log by channel that were decided on the day their deadline names without a clock.

    The reference compares instants, so these are late there; counted in the log's own text.
    """
    counted: Counter[str] = Counter()
    with gzip.open(SHARED / "receipt.xes.gz", "rt") as log:
        traces = re.findall("<trace>(.*?)<event>", log.read(), re.DOTALL)
    for trace in traces:
        said = dict(re.findall('key="([^"]*)" value="([^"]*)"', trace))
        day, _, clock = said["deadline"].partition("T")
        counted[said["channel"]] += clock.startswith("00:00:00.000") and said.get("enddate", "").startswith(day)
    return counted


@pytest.fixture(scope="session")
def paper_reference() -> dict[str, Any]:
    """Paper shares of the receipt log by month of the first event."""
    path = SHARED / "reference_receipt_paper_share.json"
    if not path.is_file():
        pytest.skip("the shared reference data are not beside this checkout")
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture
def demo_copy(demo: Walked, tmp_path: Path) -> Walked:
    """A copy of the invented town that a test may change."""
    return _copied(demo, tmp_path)


@pytest.fixture
def tiny_copy(tiny: Walked, tmp_path: Path) -> Walked:
    """A copy of the smallest invented town: all its systems, a twentieth of the cases."""
    return _copied(tiny, tmp_path)


def _copied(town: Walked, folder: Path) -> Walked:
    shutil.copytree(town.folder, folder / "town", symlinks=True)
    return Walked(folder / "town", town.environment, town.exit_code, town.said)
