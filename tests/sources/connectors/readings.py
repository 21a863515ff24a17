"""What a connector made of a file, in a form tests can compare."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sources.batches.protocol import POSITION, Refused
from sources.connectors.files import read_batches
from sources.town.source import Source


@dataclass(frozen=True)
class Rows:
    """All batches of a file together."""

    frame: pl.DataFrame
    faults: list[tuple[int, str]]
    warnings: list[str]

    @property
    def read(self) -> int:
        """How many rows the file had."""
        return self.frame.height + len(self.faults)

    @property
    def positions(self) -> list[int]:
        """The positions of the rows that could be read."""
        return self.frame[POSITION].to_list()

    def column(self, name: str) -> list[Any]:
        """One column's values."""
        return self.frame[name].to_list()


def rows_of(path: Path, source: Source) -> Rows:
    """Read a file to its end."""
    batches = list(read_batches(path, source))
    faults = [(fault.position, fault.reason_code) for batch in batches for fault in batch.faults]
    frames = [batch.frame for batch in batches] or [pl.DataFrame(schema={POSITION: pl.Int64})]
    return Rows(pl.concat(frames), faults, [warning for batch in batches for warning in batch.warnings])


def refusal_of(path: Path, source: Source) -> tuple[str, str]:
    """Reason code and sentence of a file that is refused whole."""
    with pytest.raises(Refused) as refused:
        rows_of(path, source)
    assert path.name in refused.value.sentence
    assert refused.value.sentence.endswith(".")
    return refused.value.reason_code, refused.value.sentence
