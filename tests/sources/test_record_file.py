"""Record files: hashed while they are written, the same bytes for the same rows, a full disk told as what it is."""

import hashlib
from pathlib import Path

import polars as pl
import pytest

from sources.record_file import write_rows, write_synced

ROWS = pl.DataFrame({"n": range(2500), "text": [f"Schritt {n % 7}" if n % 3 else None for n in range(2500)]})


@pytest.fixture(autouse=True)
def _small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.record_file.GROUP_ROWS", 1000)


def test_the_hash_is_the_files(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    assert write_rows(path, ROWS.lazy()) == hashlib.sha256(path.read_bytes()).hexdigest()
    assert pl.read_parquet(path).equals(ROWS)


@pytest.mark.parametrize("size", [1, 7, 999, 1000, 1700, 2500])
def test_the_same_rows_give_the_same_bytes_however_they_come(tmp_path: Path, size: int) -> None:
    whole = write_rows(tmp_path / "whole.parquet", ROWS.lazy())
    parts = pl.concat([part.lazy() for part in ROWS.iter_slices(size)])
    assert write_rows(tmp_path / "memory.parquet", parts) == whole
    if size > 100:
        for number, part in enumerate(ROWS.iter_slices(size)):
            part.write_parquet(tmp_path / f"part-{number}.parquet")
        scanned = pl.concat([pl.scan_parquet(path) for path in sorted(tmp_path.glob("part-*"))])
        assert write_rows(tmp_path / "disk.parquet", scanned) == whole


def test_a_full_disk_is_told_with_the_files_name() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no device that is always full")
    noise = pl.DataFrame({"n": pl.Series(range(200_000)).hash()})
    for write in (lambda: write_rows(full, noise.lazy()), lambda: write_synced(full, bytes(100_000))):
        with pytest.raises(OSError, match="No space left on device") as error:
            write()
        assert error.value.filename == "/dev/full"


def test_a_folder_that_is_not_there_is_told_as_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_rows(tmp_path / "gone" / "x.parquet", ROWS.lazy())
