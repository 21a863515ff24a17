"""Faults of the disk below the steps: each becomes one sentence with exit 7, and landing stays as it was."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from pipelines.run.integrity import damaged_files
from pipelines.run.outcome import Exit, Stop, storage_faults_stop
from sources.landing.landing import Landing
from tests.faults.command import landed_town
from tests.towns import ROWS, deliver, lines, make_town

ROOT = Path(__file__).resolve().parents[2]
FULL_DISK = """
import resource, sys
from pathlib import Path
from pipelines.run.outcome import Stop, storage_faults_stop
from tests.pipelines.walk.admissions import admit
folder = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    with storage_faults_stop(folder):
        admit(folder)
except Stop as stop:
    print(int(stop.exit_code), *stop.sentences)
"""


READ_ONLY = """
import sys
from pathlib import Path
from pipelines.run import lock
from pipelines.run.outcome import Stop
try:
    lock.take(Path(sys.argv[1]))
except Stop as stop:
    print(int(stop.exit_code), *stop.sentences)
"""


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("size", [0, 900, 2500])
def test_a_full_disk_is_told_with_path_and_free_space_and_landing_stays(tmp_path: Path, size: int) -> None:
    folder = landed_town(tmp_path / "town")
    before = snapshot(folder / "landing" / "portal")
    deliver(folder, "y.csv", lines(*(f"BHV-{n};Schritt {n};02.03.2026 09:15;Post" for n in range(900))))
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(folder), str(size)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.stdout.startswith("7 "), done.stderr[-800:]
    assert str(folder / "var" / "incoming") in done.stdout
    assert "cannot be read or written, File too large" in done.stdout
    assert "MB free" in done.stdout
    assert snapshot(folder / "landing" / "portal") == before


@pytest.mark.parametrize("place", ["landing", "var/incoming", "landing/_schema"])
def test_a_file_where_a_folder_must_be_is_told(tmp_path: Path, place: str) -> None:
    folder = make_town(tmp_path / "town")
    (folder / place).parent.mkdir(parents=True, exist_ok=True)
    (folder / place).write_text("in the way", encoding="utf-8")
    with pytest.raises(Stop) as stopped, storage_faults_stop(folder):
        Landing(folder).prepare()
    assert stopped.value.exit_code == Exit.STORAGE
    (said,) = stopped.value.sentences
    assert str(folder / place) in said
    assert said.endswith("then run again.")


def test_an_intact_landing_has_nothing_to_tell(tmp_path: Path) -> None:
    assert damaged_files(Landing(landed_town(tmp_path / "town"))) == []


DAMAGES = {
    "flipped": lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:],
    "cut": lambda data: data[:-1],
    "longer": lambda data: data + b"\n",
    "emptied": lambda _: b"",
}


@pytest.mark.parametrize("kind", ["events", "cases", "quarantine", "deliveries"])
@pytest.mark.parametrize("damage", [*DAMAGES, "gone"])
def test_any_damage_to_a_landed_file_is_noticed(tmp_path: Path, kind: str, damage: str) -> None:
    folder = landed_town(tmp_path / "town")
    (path,) = (folder / "landing" / "portal").glob(f"*/{kind}.parquet")
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(DAMAGES[damage](path.read_bytes()))
    (said,) = damaged_files(Landing(folder))
    assert said.startswith(f"{path}: differs from its manifest; restore landing from the backup, or delete")
    assert said.endswith("deliver the file again.")


def test_a_run_that_died_between_two_files_leaves_nothing_that_counts(tmp_path: Path) -> None:
    folder = landed_town(tmp_path / "town")
    half = folder / "var" / "incoming" / "portal" / "half"
    half.mkdir(parents=True)
    (half / "events.parquet").write_bytes(b"PAR1")
    assert len(list(Landing(folder).manifests())) == 1
    Landing(folder).prepare()
    assert not half.exists()


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare to mount a folder read-only")
def test_a_read_only_mount_is_told_when_the_machine_lets_us_make_one(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "town")
    deliver(folder, "x.csv", lines(*ROWS))
    script = f"mount --bind {folder} {folder} && mount -o remount,ro,bind {folder} && {sys.executable} -c '{READ_ONLY}' {folder}"
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    if "mount:" in done.stderr or "unshare:" in done.stderr:
        pytest.skip("this machine lets no test mount a folder read-only")
    assert done.stdout.startswith("7 "), done.stderr[-800:]
    assert "Read-only file system" in done.stdout
    assert str(folder / "var") in done.stdout


def test_a_full_disk_below_a_database_is_told_whatever_wraps_it(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "history.db", isolation_level=None)) as history:
        history.execute("pragma max_page_count = 2")
        history.execute("create table events (message text)")
        with pytest.raises(Stop) as stopped, storage_faults_stop(tmp_path):
            try:
                history.execute("insert into events values (zeroblob(100000))")
            except sqlite3.OperationalError as full:
                raise ValueError("wrapped") from full
    (sentence,) = stopped.value.sentences
    assert stopped.value.exit_code == Exit.STORAGE
    assert sentence.startswith(f"{tmp_path}: cannot be read or written, database or disk is full (")


@pytest.mark.parametrize("message", ["IO Error: No space left on device", "write failed: Disk quota exceeded"])
def test_a_full_disk_that_only_a_message_tells_is_told(tmp_path: Path, message: str) -> None:
    with pytest.raises(Stop) as stopped, storage_faults_stop(tmp_path):
        raise RuntimeError(message)
    assert stopped.value.exit_code == Exit.STORAGE


def test_another_defect_stays_a_defect(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError), storage_faults_stop(tmp_path):
        sqlite3.connect(":memory:").execute("select nothing")
