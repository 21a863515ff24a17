"""The exchange: a folder that this machine and Spark's machines both see.

``landing/<kind>/`` and ``town/<table>.parquet`` are what Spark reads, ``built/<model>/`` is what it writes.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from sources.contract.records import LANDED


@dataclass(frozen=True)
class Exchange:
    """The folder of one town; nothing in it outlives a build."""

    folder: Path

    @property
    def built(self) -> Path:
        """One folder of Parquet files per table of Spark."""
        return self.folder / "built"

    def lay_out(self, landing: Path, inputs: Path) -> None:
        """Begin anew with what has landed, and with the inputs of this run.

        Args:
            landing: the town's; a folder per source, in it one per delivery.
            inputs: parameters and settings as Parquet.
        """
        self.clear()
        for kind in LANDED:
            folder = self.folder / "landing" / kind
            folder.mkdir(parents=True)
            for path in landing.glob(f"*/*/{kind}.parquet"):
                _put(path, folder / f"{path.parent.parent.name}-{path.parent.name}.parquet")
        (self.folder / "town").mkdir()
        for path in inputs.glob("*.parquet"):
            _put(path, self.folder / "town" / path.name)
        self.built.mkdir()

    def clear(self) -> None:
        """Leave nothing of a build."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _put(path: Path, there: Path) -> None:
    """The same file at another place, without a copy where the disk is the same."""
    try:
        os.link(path, there)
    except OSError:
        shutil.copyfile(path, there)
