"""Files that are not whole yet wait for the next run; nothing half-written is ever taken."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from pathlib import Path

import pytest

from pipelines.walk.inbox import sweep, unready, untaken, waiting
from sources.landing.landing import Landing
from sources.town.folder import read_town
from tests.pipelines.walk.admissions import admit_and_land
from tests.towns import KEY, NOW, PORTAL, ROWS, deliver, lines, make_town

SOUND = lines(*ROWS)
MARKED = PORTAL.replace('format = "csv"', 'format = "csv"\nmarker = "{marker}"')


def names(folder: Path) -> list[str]:
    return [file.path.name for file in waiting(read_town(folder), Landing(folder), KEY)]


def patient(folder: Path, seconds: float) -> Path:
    toml = folder / "town.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("still_seconds = 0", f"still_seconds = {seconds}"))
    return folder


def test_a_file_that_still_grows_waits_for_the_next_run(tmp_path: Path) -> None:
    """D3: half-written."""
    folder = patient(make_town(tmp_path / "town"), 0.6)
    path = deliver(folder, "growing.csv", SOUND)
    deliver(folder, "whole.csv", lines(*ROWS[:1]))
    growing = threading.Event()

    def write_on() -> None:
        while not growing.wait(0.05):
            with path.open("ab") as file:
                file.write(b"BHV-9;Eingang;04.03.2026 08:30;Post\n")

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        assert names(folder) == ["whole.csv"]
        assert unready(read_town(folder)) == [
            "inbox/portal/gro….csv (file 1 of 2 in its folder): is still being written; the next run takes it."
        ]
    finally:
        growing.set()
        writer.join()
    assert names(folder) == ["growing.csv", "whole.csv"]


def test_files_that_stand_still_cost_no_waiting(tmp_path: Path) -> None:
    folder = patient(make_town(tmp_path / "town"), 30)
    path = deliver(folder, "old.csv", SOUND)
    # The kernel's own time of change cannot be set back, so the town's clock is what moves here.
    os.utime(path, (1_700_000_000, 1_700_000_000))
    patient_town = read_town(folder).model_copy(
        update={"run": read_town(folder).run.model_copy(update={"still_seconds": 0.0})}
    )
    started = time.monotonic()
    assert [file.path.name for file in waiting(patient_town, Landing(folder), KEY)] == ["old.csv"]
    assert time.monotonic() - started < 10


def test_a_file_waits_for_its_marker(tmp_path: Path) -> None:
    """D3: .fertig marker."""
    folder = make_town(tmp_path / "town", MARKED.format(marker=".fertig"))
    deliver(folder, "a.csv", SOUND)
    assert names(folder) == []
    assert unready(read_town(folder)) == ["inbox/portal/a.csv: waits for its .fertig; the next run takes it."]
    deliver(folder, "a.csv.fertig", "")
    assert names(folder) == ["a.csv"]
    assert unready(read_town(folder)) == []
    assert untaken(read_town(folder)) == [], "a marker is no delivery"


@pytest.mark.parametrize(
    ("marker", "is_taken"), [("{md5}  a.csv\n", True), ("{md5}\n", True), ("0" * 32, False), ("", False)]
)
def test_a_file_waits_until_it_is_what_its_checksum_says(tmp_path: Path, marker: str, is_taken: bool) -> None:
    """D3: .md5 marker."""
    folder = make_town(tmp_path / "town", MARKED.format(marker=".md5"))
    path = deliver(folder, "a.csv", SOUND)
    deliver(folder, "a.csv.md5", marker.format(md5=hashlib.md5(path.read_bytes()).hexdigest()))
    assert names(folder) == (["a.csv"] if is_taken else [])
    if not is_taken:
        assert unready(read_town(folder)) == ["inbox/portal/a.csv: is not what its .md5 says; the next run takes it."]


def test_an_admitted_file_goes_with_its_marker(tmp_path: Path) -> None:
    folder = make_town(
        tmp_path / "town", MARKED.format(marker=".fertig") + "[run]\ninbox_keep_days = 0\nstill_seconds = 0\n"
    )
    deliver(folder, "a.csv", SOUND)
    deliver(folder, "a.csv.fertig", "")
    admit_and_land(folder)
    assert sweep(read_town(folder), Landing(folder), KEY, NOW.replace(year=2027)) == 1
    assert list((folder / "inbox" / "portal").iterdir()) == []


def test_the_same_name_with_new_content_is_a_new_delivery(tmp_path: Path) -> None:
    """D20."""
    folder = make_town(tmp_path / "town")
    deliver(folder, "daily.csv", SOUND)
    admit_and_land(folder)
    deliver(folder, "daily.csv", lines(*ROWS, "BHV-3;Eingang;04.03.2026 08:30;Post"))
    assert names(folder) == ["daily.csv"]
    admit_and_land(folder)
    assert len(list(Landing(folder).manifests())) == 2
