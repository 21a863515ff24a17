"""Minutes of work per case: which dated value holds for a cell on a day, and how far a sample may be off."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pipelines.estimates.panel import CHANNELS, Bools, Floats, Ints

NONE: Final = -1
# Bounds without a standard error are read as tenth and ninetieth percentile of a normal distribution.
_P90: Final = 1.2815515655446004
_MEASURED: Final = frozenset({"work_sampling", "self_recording", "stopwatch", "log_derived"})


@dataclass(frozen=True)
class Minutes:
    """The dated values of one service, in order of case type, channel and day.

    Attributes:
        cells: case type and channel of each value.
        valid_from: first day of each value.
        mean, error: minutes and their standard error.
        sampled: cases timed; 0 where nobody said.
        grades: evidence grade of each value.
        is_measured: timed by a method that measures, with its number of cases.
    """

    cells: tuple[tuple[str, str], ...]
    valid_from: tuple[dt.date, ...]
    mean: Floats
    error: Floats
    sampled: Ints
    grades: tuple[str, ...]
    is_measured: Bools

    def valid(self, case_types: tuple[str, ...], day: dt.date) -> Ints:
        """The value of each case type and channel on a day (K × channels), `NONE` where there is none.

        The row of the case type, else the row of all types; of those the youngest that is valid.
        """
        found = np.full((len(case_types), len(CHANNELS)), NONE)
        for kind, case_type in enumerate(case_types):
            for way, channel in enumerate(CHANNELS):
                for asked in ("all", case_type):
                    rows = [
                        row
                        for row, cell in enumerate(self.cells)
                        if cell == (asked, channel) and self.valid_from[row] <= day
                    ]
                    if rows:
                        found[kind, way] = max(rows, key=lambda row: self.valid_from[row])
        return found

    def draws(self, rng: np.random.Generator, count: int) -> Floats:
        """Minutes as they may truly be, count × values: Student's t round the mean of the sample, never below zero.

        Their mean is that of the sample to the last digit: what chance adds to a thousand draws would pass from what
        fewer minutes saved to what another way saved, and be told as its effect.
        """
        freedom = np.where(self.sampled > 2, self.sampled - 1, 1_000_000)
        drawn = np.maximum(self.mean + self.error * rng.standard_t(freedom, (count, len(self.mean))), 0)
        middle = drawn.mean(0)
        return drawn * np.divide(self.mean, middle, out=np.ones_like(middle), where=middle > 0)


def minutes_of(rows: pl.DataFrame) -> Minutes:
    """Read the values of one service.

    Args:
        rows: case_type, intake_channel, minutes, low, high, standard_error, sampled, method, valid_from and
            evidence_grade.
    """
    ordered = rows.sort("case_type", "intake_channel", "valid_from")
    return Minutes(
        tuple(ordered.select("case_type", "intake_channel").iter_rows()),
        tuple(ordered["valid_from"]),
        ordered["minutes"].cast(pl.Float64).to_numpy(),
        ordered.select(pl.coalesce("standard_error", (pl.col("high") - pl.col("low")) / (2 * _P90)).cast(pl.Float64))
        .to_series()
        .to_numpy(),
        ordered["sampled"].fill_null(0).cast(pl.Int64).to_numpy(),
        tuple(ordered["evidence_grade"]),
        ordered.select((pl.col("method").is_in(_MEASURED) & (pl.col("sampled") > 0)).fill_null(value=False))
        .to_series()
        .to_numpy(),
    )
