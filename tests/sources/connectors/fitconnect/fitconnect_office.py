"""A town that asks FIT-Connect: its memory on the disk, its clock, and what has landed of what it was told."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sources.batches.protocol import Access, Batch, Refused
from sources.connectors.fitconnect.system import FitConnect
from sources.town.source import Source
from tests.sources.connectors.fitconnect.fitconnect_server import CLIENT_ID, SECRET, Town, public_jwk, token
from tests.towns import make_source

NOW = dt.datetime(2026, 6, 15, 3, 0)
DAY = dt.timedelta(days=1)
MAPPED = {
    "case_ref": "case_id",
    "activity": "event",
    "occurred_at": "occurred_at",
    "record_ref": "jti",
    "unit": "issuer",
}


def source_of(town: Town, columns: dict[str, str] = MAPPED, **more: Any) -> Source:
    connection = {
        "url": town.address,
        "token_url": f"{town.address}/token",
        "client_id": CLIENT_ID,
        "timeout_seconds": 5,
        **more,
    }
    return make_source(columns, name="online", format="fitconnect", path="", connection=connection)


@dataclass
class Office:
    """A town that asks: its memory on the disk, its clock, and what has landed."""

    town: Town
    folder: Path
    more: dict[str, Any] = field(default_factory=dict)
    now: dt.datetime = NOW
    batch_rows: int = 50_000
    secret: str | None = SECRET
    watermark: str | None = None
    landed: list[str] = field(default_factory=list)
    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)
    tick: float = 0.0

    @property
    def memory(self) -> Path:
        return self.folder / "ledger" / "known" / "online"

    def system(self) -> FitConnect:
        access = Access(self.secret, self.memory, self.folder, self.now)
        return FitConnect(
            source_of(self.town, **self.more), access, sleep=self._sleep, clock=self._clock, batch_rows=self.batch_rows
        )

    def pull(self) -> list[Batch]:
        return list(self.system().pull(self.watermark))

    def land(self, batches: list[Batch]) -> list[str]:
        """Let batches land; returns the numbers of their tokens."""
        numbers = numbers_of(batches)
        self.landed += numbers
        self.watermark = max([batch.watermark or "" for batch in batches])
        return numbers

    def day(self) -> list[str]:
        """A day on: pull and land."""
        self.now += DAY
        return self.land(self.pull())

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def _clock(self) -> float:
        self.seconds += self.tick
        return self.seconds


def numbers_of(batches: list[Batch]) -> list[str]:
    return [number for batch in batches for number in batch.frame["jti"].to_list()]


def faults_of(batches: list[Batch]) -> list[tuple[int, str]]:
    return [(fault.position, fault.reason_code) for batch in batches for fault in batch.faults]


def warnings_of(batches: list[Batch]) -> list[str]:
    return [warning for batch in batches for warning in batch.warnings]


def case_of(number: int) -> str:
    return str(uuid.UUID(int=number))


def busy_town(cases: int, events: int = 3, at: dt.datetime = NOW - DAY) -> Town:
    town = Town(keys=[public_jwk("service")])
    for number in range(1, cases + 1):
        case = case_of(number)
        town.logs[case] = [token(case, "submit-submission", at + dt.timedelta(seconds=n)) for n in range(events)]
        town.waiting.append(case)
    return town


def refusal_of(ask: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        ask()
    assert refused.value.sentence.endswith(".")
    assert SECRET not in refused.value.sentence
    return refused.value.reason_code, refused.value.sentence
