"""Parquet files that are synced and hashed while they are written, in bounded memory.

The same rows give the same bytes, however many at a time they come. A full or read-only disk is told as an OSError.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

import polars as pl
from polars.exceptions import PolarsError

if TYPE_CHECKING:
    from typing_extensions import Buffer

# Part of the bytes of every landed file: another number would make another hash of the same rows.
GROUP_ROWS: Final = 100_000


def write_rows(path: Path, rows: pl.LazyFrame) -> str:
    """Write rows, synced to disk; returns the hash of the file."""
    target = _Hashed(path)
    try:
        with target:
            rows.sink_parquet(cast("IO[bytes]", target), row_group_size=GROUP_ROWS)
            target.sync()
    except PolarsError:
        # Polars tells what went wrong at the disk as an error of its own.
        if target.error is not None:
            raise target.error from None
        raise
    return target.digest.hexdigest()


def write_frame(path: Path, frame: pl.DataFrame) -> str:
    """Write a frame, synced to disk; returns the hash of the file."""
    return write_rows(path, frame.lazy())


def write_synced(path: Path, content: bytes) -> None:
    """Write a small file, synced to disk."""
    with _Hashed(path) as target:
        target.write(content)
        target.sync()


@contextmanager
def named(path: Path) -> Generator[None]:
    """An error of writing that does not say where, as those of a full disk, says it now."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(path)
        raise


def sync_folder(folder: Path) -> None:
    """Make sure that what was made or renamed in a folder stays so."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _Hashed(io.RawIOBase):
    """A file that knows the hash of what was written, and the error that ended the writing."""

    def __init__(self, path: Path) -> None:
        self.digest = hashlib.sha256()
        self.error: OSError | None = None
        self._path = path
        self._file = path.open("wb")

    def writable(self) -> bool:
        return True

    def write(self, content: Buffer, /) -> int:
        try:
            self.digest.update(content)
            return self._file.write(content)
        except OSError as error:
            raise self._named(error) from error

    def sync(self) -> None:
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._named(error) from error

    def close(self) -> None:
        try:
            self._file.close()
        except OSError as error:
            raise self._named(error) from error
        finally:
            super().close()

    def _named(self, error: OSError) -> OSError:
        error.filename = error.filename or str(self._path)
        self.error = error
        return error
