"""Parquet files that are synced and hashed while they are written, in bounded memory.

The same rows give the same bytes, however many at a time they come. A full or read-only disk raises an OSError.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from typing_extensions import Buffer

# Part of the bytes of every landed file: another number would make another hash of the same rows.
GROUP_ROWS: Final = 100_000


class RecordFile:
    """A file that grows by rows; it is whole once it is closed."""

    def __init__(self, path: Path, schema: Mapping[str, pl.DataType]) -> None:
        """Begin a file without rows."""
        self._target = _Hashed(path)
        # Times and numbers of a delivery follow each other, words recur.
        steps = [name for name, dtype in schema.items() if dtype.is_integer() or dtype.is_temporal()]
        encodings: dict[str, Any] = {
            "use_dictionary": [name for name in schema if name not in steps],
            "column_encoding": dict.fromkeys(steps, "DELTA_BINARY_PACKED"),
        }
        columns = pl.DataFrame(schema=schema).to_arrow().schema
        self._writer = pq.ParquetWriter(self._target, columns, compression="zstd", store_schema=False, **encodings)
        self._waiting: list[pl.DataFrame] = []

    def add(self, rows: pl.DataFrame) -> None:
        """Write rows behind those before."""
        # Only what just came waits: a rest of what was put together would keep all texts of it in memory.
        while rows.height >= (missing := GROUP_ROWS - sum(frame.height for frame in self._waiting)):
            self._write([*self._waiting, rows[:missing]])
            self._waiting, rows = [], rows[missing:]
        if rows.height:
            self._waiting.append(rows)

    def close(self) -> str:
        """Write what is left, synced to disk; returns the hash of the file."""
        with self._target:
            if self._waiting:
                self._write(self._waiting)
            self._writer.close()
            self._target.sync()
        return self._target.digest.hexdigest()

    def _write(self, group: list[pl.DataFrame]) -> None:
        # In one piece: where two meet, a page would end.
        self._writer.write_table(pl.concat(group, rechunk=True).to_arrow(), row_group_size=GROUP_ROWS)


def write_frames(path: Path, schema: Mapping[str, pl.DataType], frames: Iterable[pl.DataFrame]) -> str:
    """Write rows, synced to disk; returns the hash of the file."""
    file = RecordFile(path, schema)
    for frame in frames:
        file.add(frame)
    return file.close()


def write_frame(path: Path, frame: pl.DataFrame) -> str:
    """Write a frame, synced to disk; returns the hash of the file."""
    return write_frames(path, frame.schema, [frame])


def write_synced(path: Path, content: bytes) -> None:
    """Write a small file, synced to disk."""
    with _Hashed(path) as target:
        target.write(content)
        target.sync()


def write_whole(path: Path, content: bytes) -> None:
    """Write a small file and the folder it lies in: the whole of it or nothing, on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.half")
    write_synced(half, content)
    half.replace(path)
    sync_folder(path.parent)


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
    """A file that knows the hash of what was written, and whose errors name it."""

    def __init__(self, path: Path) -> None:
        self.digest = hashlib.sha256()
        self._path = path
        self._file = path.open("wb")

    def writable(self) -> bool:
        return True

    def write(self, content: Buffer, /) -> int:
        with named(self._path):
            self.digest.update(content)
            return self._file.write(content)

    def sync(self) -> None:
        with named(self._path):
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        try:
            with named(self._path):
                self._file.close()
        finally:
            super().close()
