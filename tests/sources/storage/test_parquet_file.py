"""Record files: hashed while they are written, the same bytes for the same rows, a full disk told as what it is."""

import hashlib
from pathlib import Path

import duckdb
import polars as pl
import pytest

from sources.contract.records import LANDED
from sources.storage.parquet_file import write_frame, write_frames, write_synced

ROWS = pl.DataFrame({"n": range(2500), "text": [f"Schritt {n % 7}" if n % 3 else None for n in range(2500)]})


@pytest.fixture(autouse=True)
def _small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.storage.parquet_file.GROUP_ROWS", 1000)


def test_the_hash_is_the_files(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    assert write_frame(path, ROWS) == hashlib.sha256(path.read_bytes()).hexdigest()
    assert pl.read_parquet(path).equals(ROWS)


@pytest.mark.parametrize("size", [1, 7, 999, 1000, 1700, 2500])
def test_the_same_rows_give_the_same_bytes_however_they_come(tmp_path: Path, size: int) -> None:
    whole = write_frame(tmp_path / "whole.parquet", ROWS)
    assert write_frames(tmp_path / "parts.parquet", ROWS.schema, ROWS.iter_slices(size)) == whole


@pytest.mark.parametrize("kind", LANDED)
def test_an_empty_file_has_the_columns_of_its_kind(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x.parquet"
    write_frames(path, LANDED[kind], [])
    assert dict(pl.read_parquet_schema(path)) == LANDED[kind]
    assert duckdb.read_parquet(str(path)).columns == list(LANDED[kind])


def test_a_full_disk_is_told_with_the_files_name() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no device that is always full")
    noise = pl.DataFrame({"n": pl.Series(range(200_000)).hash()})
    for write in (lambda: write_frame(full, noise), lambda: write_synced(full, bytes(100_000))):
        with pytest.raises(OSError, match="No space left on device") as error:
            write()
        assert error.value.filename == "/dev/full"


def test_a_folder_that_is_not_there_is_told_as_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_frame(tmp_path / "gone" / "x.parquet", ROWS)


@pytest.mark.parametrize("size", [1000, 33_333])
def test_pages_end_where_they_would_in_one_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr("sources.storage.parquet_file.GROUP_ROWS", 100_000)
    # Enough different texts to fill many pages.
    texts = pl.Series(range(150_000)).hash().cast(pl.String)
    rows = pl.DataFrame({"case_id": texts.reverse(), "activity": texts.str.head(2)})
    whole = write_frame(tmp_path / "whole.parquet", rows)
    assert write_frames(tmp_path / "parts.parquet", rows.schema, rows.iter_slices(size)) == whole
