"""Rows on their way from the door to landing: in memory, or in a file of a folder when they are many.

A folder holds only what may land: typed, pseudonymised, coarsened. It is thrown away once the delivery is written.
"""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sources.storage.parquet_file import GROUP_ROWS, RecordFile

ROWS_IN_MEMORY: Final = 100_000
Mask = NDArray[np.bool_]
# Begins what stands for a code until the delivery was read whole; no text of a source holds it.
OPEN: Final = "\x00"
# Per column what each of these stands for.
Meanings = Mapping[str, Mapping[str, str]]


class Spool:
    """A folder that is thrown away with the last thing that needs it."""

    def __init__(self, folder: Path, stamp: Mapping[str, str] | None = None) -> None:
        """Nothing is made before something is kept.

        Where the stamp is known that all rows bear once they land, their files can land as they are.
        """
        self._folder = folder
        self.stamp = dict(stamp or {})
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)

    def path(self, name: str) -> Path:
        """Where to keep something."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / name


class Pile:
    """Rows of one kind in the order in which they came; some may be struck out at the end."""

    def __init__(self, schema: dict[str, pl.DataType], spool: Spool | None, name: str) -> None:
        """Start without rows; they are kept in the spool once they are many, without one in memory."""
        self._schema = schema
        self._spool = spool
        self._name = name
        self._held: list[pl.DataFrame] = []
        self._file: _Stamped | None = None
        self._struck: Mask | None = None
        self._numbered: tuple[str, NDArray[np.uint32]] | None = None
        self._meant: tuple[Meanings, str, tuple[str, ...]] | None = None
        self._rows = 0

    @property
    def height(self) -> int:
        """How many rows count."""
        return self._rows - (int(self._struck.sum()) if self._struck is not None else 0)

    def add(self, frame: pl.DataFrame) -> None:
        """Put rows on the pile."""
        self._rows += frame.height
        if self._file is not None:
            self._file.add(frame)
        elif frame.height:
            self._held.append(frame)
            if self._spool is not None and self._rows >= ROWS_IN_MEMORY:
                self._file = _Stamped(self._schema, self._spool, self._name)
                self._file.add(pl.concat(self._held))
                self._held = []

    def strike_out(self, rows: Mask) -> None:
        """Rows, by their place on the pile, that count no more; nothing is added afterwards."""
        self._struck = rows if rows.any() else None

    def number(self, column: str, numbers: NDArray[np.uint32]) -> None:
        """Numbers above 1 are written behind what a column of text holds; nothing is added afterwards."""
        self._numbered = (column, numbers) if (numbers > 1).any() else None

    def settle(self, meanings: Meanings, withheld: str, apart: tuple[str, ...]) -> None:
        """Say what stands for a code, which of these means that it is withheld, and which columns then keep rows apart.

        Nothing is added afterwards.
        """
        self._meant = (meanings, withheld, apart) if meanings else None

    def frames(self) -> Iterator[pl.DataFrame]:
        """The rows that count, in their order, some at a time; may be asked again, and ends the adding."""
        place = 0
        for frame in self._file.frames() if self._file is not None else self._held:
            here = slice(place, place + frame.height)
            place += frame.height
            meant = frame if self._meant is None else _settled(frame, *self._meant)
            whole = meant if self._numbered is None else _numbered(meant, self._numbered[0], self._numbered[1][here])
            yield whole if self._struck is None else whole.filter(~self._struck[here])

    def rows_at(self, places: Iterable[int]) -> pl.DataFrame:
        """Rows by their place on the pile, also such as do not count."""
        wanted, place, found = pl.Series(list(places)), 0, list[pl.DataFrame]()
        for frame in self._file.frames() if self._file is not None else self._held:
            found.append(frame.filter(pl.int_range(place, place + pl.len()).is_in(wanted.implode())))
            place += frame.height
        return pl.concat(found)

    def whole(self) -> pl.DataFrame:
        """All rows that count, in memory."""
        return pl.concat([pl.DataFrame(schema=self._schema), *self.frames()])

    def sorted(self, column: str) -> Pile:
        """The same rows in the order of a column, in memory."""
        pile = Pile(self._schema, None, self._name)
        pile.add(self.whole().sort(column))
        return pile

    def handed_over(self, path: Path, stamp: Mapping[str, str]) -> str | None:
        """Move the file of the rows to where it lands; returns its hash.

        None, and nothing is moved, where the rows must be written anew: they lie in memory, some were struck out,
        numbered or settled, or they bear another stamp.
        """
        is_changed = any(change is not None for change in (self._struck, self._numbered, self._meant))
        if self._file is None or is_changed or self._file.stamp != stamp:
            return None
        return self._file.moved(path)


def _settled(frame: pl.DataFrame, meanings: Meanings, withheld: str, apart: tuple[str, ...]) -> pl.DataFrame:
    frame = frame.with_columns(
        pl.col(column).replace(list(meant), list(meant.values())) for column, meant in meanings.items()
    )
    is_withheld = pl.any_horizontal((pl.col(column) == withheld).fill_null(False) for column in meanings)
    both = f"^{OPEN}([^{OPEN}]*){OPEN}(.*)$"
    return frame.with_columns(
        pl.when(~pl.col(column).str.starts_with(OPEN))
        .then(column)
        .when(is_withheld)
        .then(pl.col(column).str.extract(both, 1))
        .otherwise(pl.col(column).str.extract(both, 2).replace("", None))
        .alias(column)
        for column in apart
    )


def _numbered(frame: pl.DataFrame, column: str, numbers: NDArray[np.uint32]) -> pl.DataFrame:
    number = pl.Series("number", numbers)
    numbered = pl.format("{}#{}", pl.col(column).fill_null(""), number)
    return frame.with_columns(pl.when(number > 1).then(numbered).otherwise(column).alias(column))


class _Stamped:
    """A pile's file: each row with the stamp before it."""

    def __init__(self, schema: dict[str, pl.DataType], spool: Spool, name: str) -> None:
        self.stamp = spool.stamp
        # The folder must stay as long as the file.
        self._spool = spool
        self._columns = list(schema)
        self._path = spool.path(f"{name}.parquet")
        self._file = RecordFile(self._path, {name: pl.String() for name in spool.stamp} | schema)
        self._hash: str | None = None

    def add(self, frame: pl.DataFrame) -> None:
        self._file.add(frame.select(*(pl.lit(value).alias(name) for name, value in self.stamp.items()), pl.all()))

    def frames(self) -> Iterator[pl.DataFrame]:
        self._closed()
        with pq.ParquetFile(self._path, pre_buffer=False) as file:
            for rows in file.iter_batches(GROUP_ROWS, columns=self._columns):
                yield pl.DataFrame(rows)

    def moved(self, path: Path) -> str:
        digest = self._closed()
        self._path = self._path.replace(path)
        return digest

    def _closed(self) -> str:
        self._hash = self._hash or self._file.close()
        return self._hash
