"""Rows on their way from the door to landing: in memory, or in files of a folder when there may be many.

A folder holds only what may land: typed, pseudonymised, coarsened. It is thrown away once the delivery is written.
"""

from __future__ import annotations

import io
import shutil
import weakref
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sources.record_file import named

PART_ROWS: Final = 100_000
Mask = NDArray[np.bool_]
# No column of the contract can be called this.
_PLACE: Final = "\x00place"


class Spool:
    """A folder that is thrown away with the last thing that needs it."""

    def __init__(self, folder: Path) -> None:
        """Nothing is made before something is kept."""
        self._folder = folder
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)

    def path(self, name: str) -> Path:
        """Where to keep something."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / name


class Pile:
    """Rows of one kind in the order in which they came; some may be struck out at the end."""

    def __init__(self, schema: dict[str, pl.DataType], spool: Spool | None, name: str) -> None:
        """Start without rows.

        Args:
            schema: of every frame.
            spool: where parts are kept; None keeps them in memory.
            name: what the parts are called.
        """
        self._schema = schema
        self._spool = spool
        self._name = name
        self._parts: list[Path | pl.DataFrame] = []
        self._waiting: list[pl.DataFrame] = []
        self._waiting_rows = 0
        self._struck: Mask | None = None
        self._rows = 0

    @property
    def height(self) -> int:
        """How many rows count."""
        return self._rows - (int(self._struck.sum()) if self._struck is not None else 0)

    def add(self, frame: pl.DataFrame) -> None:
        """Put rows on the pile."""
        if frame.height == 0:
            return
        self._waiting.append(frame)
        self._rows += frame.height
        self._waiting_rows += frame.height
        if self._waiting_rows >= PART_ROWS:
            self._keep()

    def strike_out(self, rows: Mask) -> None:
        """Rows, by their place on the pile, that count no more."""
        self._struck = rows if rows.any() else None

    def lazy(self) -> pl.LazyFrame:
        """The rows that count, in their order; may be asked again."""
        nothing = pl.LazyFrame(schema=self._schema)
        rows = pl.concat([nothing, *(_scanned(part) for part in (*self._parts, *self._waiting))])
        if self._struck is None:
            return rows
        struck = pl.Series(np.flatnonzero(self._struck), dtype=pl.UInt32)
        return rows.with_row_index(_PLACE).filter(~pl.col(_PLACE).is_in(struck.implode())).drop(_PLACE)

    def whole(self) -> pl.DataFrame:
        """All rows that count, in memory."""
        return self.lazy().collect()

    def sorted(self, column: str) -> Pile:
        """The same rows in the order of a column, in memory."""
        pile = Pile(self._schema, None, self._name)
        pile.add(self.whole().sort(column))
        return pile

    def _keep(self) -> None:
        frame = pl.concat(self._waiting)
        self._waiting, self._waiting_rows = [], 0
        if self._spool is None:
            self._parts.append(frame)
            return
        path = self._spool.path(f"{self._name}-{len(self._parts):06}.parquet")
        # Polars writes into memory and Python to the disk: a full disk is then told as an OSError.
        content = io.BytesIO()
        frame.write_parquet(content, compression="lz4", statistics=False)
        with named(path):
            path.write_bytes(content.getbuffer())
        self._parts.append(path)


def _scanned(part: Path | pl.DataFrame) -> pl.LazyFrame:
    return pl.scan_parquet(part) if isinstance(part, Path) else part.lazy()
