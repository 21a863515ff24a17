"""What a system that is asked gave in one pull, in a form tests can compare."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sources.batches.protocol import POSITION, Access, Batch, Refused, System, Unreachable

SECRET = "s3cret"
NOW = dt.datetime(2026, 11, 22, 3, 0)


@dataclass(frozen=True)
class Pulled:
    """All batches of a pull together."""

    batches: list[Batch]

    @property
    def records(self) -> pl.DataFrame:
        return self._part("records")

    @property
    def present(self) -> pl.DataFrame:
        return self._part("present")

    @property
    def warnings(self) -> list[str]:
        return [warning for batch in self.batches for warning in batch.warnings]

    @property
    def watermark(self) -> str | None:
        return max((batch.watermark for batch in self.batches if batch.watermark), default=None)

    def column(self, name: str) -> list[Any]:
        return self.records[name].to_list()

    def rows(self, *names: str) -> list[tuple[Any, ...]]:
        return self.records.select(names).rows()

    def _part(self, part: str) -> pl.DataFrame:
        frames = [batch.frame for batch in self.batches if batch.part == part]
        frame = pl.concat(frames) if frames else pl.DataFrame(schema={POSITION: pl.Int64})
        assert frame[POSITION].to_list() == list(range(1, frame.height + 1))
        return frame


def access_of(folder: Path, secret: str | None = SECRET, now: dt.datetime = NOW) -> Access:
    """What a connector is handed by a town in this folder."""
    return Access(secret, folder / "memory", folder, now)


def pulled(system: System, watermark: str | None = None) -> Pulled:
    """Everything one pull gives."""
    return Pulled(list(system.pull(watermark)))


def refusal(system: System, watermark: str | None = None) -> tuple[str, str]:
    """Reason code and sentence of a pull that is refused."""
    with pytest.raises(Refused) as refused:
        pulled(system, watermark)
    assert_said(refused.value.sentence)
    return refused.value.reason_code, refused.value.sentence


def unreachable(system: System, watermark: str | None = None) -> str:
    """The sentence of a pull that nobody answers."""
    with pytest.raises(Unreachable) as gone:
        pulled(system, watermark)
    assert_said(gone.value.sentence)
    return gone.value.sentence


def assert_said(sentence: str) -> None:
    """A sentence for people names its source and never a secret."""
    assert SECRET not in sentence
    assert sentence.startswith("s: ")
    assert sentence.endswith(".")


def nothing_personal(pull: Pulled, canaries: Sequence[str]) -> None:
    """None of these words came through."""
    output = "".join(batch.frame.write_csv() for batch in pull.batches) + " ".join(pull.warnings)
    for canary in canaries:
        assert canary not in output
