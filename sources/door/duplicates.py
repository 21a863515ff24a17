"""Which rows of a delivery are like an earlier one, in all they say or in their key: by keyed fingerprints of 128 bits.

Two rows of a billion that differ have the same fingerprint with a probability below 1e-20; nobody who lacks the key
can make two. Up to a bound the fingerprints stay in memory, beyond it they lie in files by their first bits.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sources.contract.pseudonyms import Key
from sources.storage.parquet_file import named
from sources.storage.spool import Spool

PRINTS_IN_MEMORY: Final = 1_000_000
PARTITIONS: Final = 64
FINGERPRINT: Final = np.dtype([("row", "<u8"), ("low", "<u8"), ("high", "<u8")])
Fingerprints = NDArray[np.void]


class Repetition:
    """Rows of one kind of record, by the columns in which they may be alike."""

    def __init__(self, key: Key, spool: Spool | None, name: str) -> None:
        """Start without rows; fingerprints lie in the spool once they are many, without one they stay in memory."""
        self._seeds = [int(key.pseudonym("row", half), 16) & 0xFFFF_FFFF_FFFF_FFFF for half in ("low", "high")]
        self._spool = spool
        self._name = name
        self._held: list[Fingerprints] = []
        self._rows = 0
        self._spilt = False

    def add(self, rows: pl.DataFrame) -> None:
        """Take the next rows; their columns are what is compared."""
        prints = np.empty(rows.height, dtype=FINGERPRINT)
        prints["row"] = np.arange(self._rows, self._rows + rows.height)
        prints["low"], prints["high"] = (rows.hash_rows(seed=seed).to_numpy() for seed in self._seeds)
        self._rows += rows.height
        self._held.append(prints)
        if self._spool is not None and sum(map(len, self._held)) > PRINTS_IN_MEMORY:
            self._spill(self._spool)

    def repeated(self) -> NDArray[np.bool_]:
        """For each row whether an earlier one is like it."""
        return self.ordinals() > 1

    def ordinals(self) -> NDArray[np.uint32]:
        """For each row its number among those that are alike, from 1."""
        numbers = np.ones(self._rows, dtype=np.uint32)
        for prints in self._partitions():
            low = pl.Series(prints["low"])
            # Most deliveries repeat nothing, and to count is quicker than to say what is repeated.
            if low.n_unique() < low.len():
                alike = prints[low.is_duplicated().to_numpy()]
                number = pl.DataFrame({"low": alike["low"], "high": alike["high"]}).select(
                    pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).over("low", "high")
                )
                numbers[alike["row"]] = number.to_series().to_numpy()
        return numbers

    def first_like(self, row: int) -> int:
        """The first row that is like the given one."""
        for prints in self._partitions():
            found = prints[prints["row"] == row]
            if len(found):
                alike = (prints["low"] == found["low"][0]) & (prints["high"] == found["high"][0])
                return int(prints["row"][alike].min())
        return row

    def _spill(self, spool: Spool) -> None:
        prints = self._in_memory()
        partition = (prints["low"] % PARTITIONS).astype(np.uint8)
        prints = prints[np.argsort(partition, kind="stable")]
        edges = np.concatenate(([0], np.cumsum(np.bincount(partition, minlength=PARTITIONS))))
        for number in range(PARTITIONS):
            path = self._path(spool, number)
            with named(path), path.open("ab") as file:
                file.write(prints[edges[number] : edges[number + 1]].tobytes())
        self._held = []
        self._spilt = True

    def _partitions(self) -> Iterator[Fingerprints]:
        if not self._spilt or self._spool is None:
            yield self._in_memory()
            return
        self._spill(self._spool)
        for number in range(PARTITIONS):
            yield np.fromfile(self._path(self._spool, number), dtype=FINGERPRINT)

    def _in_memory(self) -> Fingerprints:
        return np.concatenate([np.empty(0, dtype=FINGERPRINT), *self._held])

    def _path(self, spool: Spool, number: int) -> Path:
        return spool.path(f"{self._name}-{number:02}.prints")
