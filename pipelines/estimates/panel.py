"""The cases of every service as arrays: months of receipt by case type and channel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sources.contract.vocabularies import Channel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# The first channel is the one people come to by themselves; the others are what is left.
CHANNELS: Final = (
    Channel.ONLINE,
    *(channel for channel in Channel if channel not in {Channel.ONLINE, Channel.UNKNOWN}),
)

UNKNOWN_TYPE: Final = "unknown"


@dataclass(frozen=True)
class ServiceCases:
    """One service's cases.

    Attributes:
        case_types: K codes, in order of their name.
        received: cases received, shape months × K × channels (`CHANNELS`), those of unknown channel left out.
        decided: cases of these that are decided, the same shape.
        unknown: cases received whose channel nobody knows, one per month.
        grades: per month the worst grade of the statistics its cases come from; A where the log counted them.
    """

    service_code: str
    case_types: tuple[str, ...]
    received: Ints
    decided: Ints
    unknown: Ints
    grades: tuple[str, ...]

    @property
    def by_type(self) -> Ints:
        """Cases received, months × K."""
        return self.received.sum(2)

    @property
    def untyped_share(self) -> float:
        """Share of the cases whose type nobody knows."""
        every = self.received.sum()
        untyped = [kind == UNKNOWN_TYPE for kind in self.case_types]
        return float(self.received[:, untyped].sum() / every) if every else 0.0

    @property
    def online(self) -> Ints:
        """Cases received online, months × K."""
        return self.received[..., 0]


@dataclass(frozen=True)
class Panel:
    """All services over the same months, which follow one another without a gap."""

    months: tuple[dt.date, ...]
    services: tuple[ServiceCases, ...]

    def position(self, month: dt.date) -> int:
        """The index of a month; below 0 or beyond the last one when it lies outside."""
        return (month.year - self.months[0].year) * 12 + month.month - self.months[0].month


def panel(cohorts: pl.DataFrame, end: dt.date) -> Panel:
    """Lay out cases by month of receipt.

    Args:
        cohorts: one row per service_code, case_type, intake_channel and month (of receipt), with received_cases,
            decided_cases and evidence_grade (of a statistic, else null).
        end: the first month that does not count, as it is not over.
    """
    counted = cohorts.filter(pl.col("month") < end)
    if counted.is_empty():
        return Panel((), ())
    first = counted.select(pl.col("month").min()).item()
    months = tuple(_months(first, end))
    position = {month: index for index, month in enumerate(months)}
    services = counted.sort("service_code").partition_by("service_code", maintain_order=True)
    return Panel(months, tuple(_service(rows, position) for rows in services))


def _months(first: dt.date, end: dt.date) -> Iterator[dt.date]:
    month = first
    while month < end:
        yield month
        month = (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


def _service(rows: pl.DataFrame, position: dict[dt.date, int]) -> ServiceCases:
    case_types = tuple(rows["case_type"].unique().sort())
    known = rows.filter(pl.col("intake_channel") != Channel.UNKNOWN)
    shape = (len(position), len(case_types), len(CHANNELS))
    cell = (
        known["month"].replace_strict(position, return_dtype=pl.Int64).to_numpy(),
        known["case_type"].replace_strict({name: k for k, name in enumerate(case_types)}, return_dtype=pl.Int64),
        known["intake_channel"].replace_strict({name: c for c, name in enumerate(CHANNELS)}, return_dtype=pl.Int64),
    )
    received, decided = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    np.add.at(received, cell, known["received_cases"].to_numpy())
    np.add.at(decided, cell, known["decided_cases"].to_numpy())
    nameless = rows.filter(pl.col("intake_channel") == Channel.UNKNOWN)
    unknown = np.zeros(len(position), np.int64)
    np.add.at(
        unknown,
        nameless["month"].replace_strict(position, return_dtype=pl.Int64).to_numpy(),
        nameless["received_cases"].to_numpy(),
    )
    worst = dict(rows.group_by("month").agg(pl.col("evidence_grade").max()).iter_rows())
    grades = tuple(worst.get(month) or "A" for month in position)
    return ServiceCases(str(rows["service_code"][0]), case_types, received, decided, unknown, grades)
