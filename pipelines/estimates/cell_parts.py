"""What a stage saved cell by cell: which cases came another way, which took fewer minutes, at which values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pipelines.estimates.cells import Cells, laid
from pipelines.estimates.minutes import NONE, Minutes
from pipelines.estimates.panel import CHANNELS, Bools, Floats, Ints, ServiceCases

SPAN: Final = "cell"
# As the minutes of a month are told.
_DIGITS: Final = 3


@dataclass(frozen=True)
class CellParts:
    """Months × K × channels; a sum over the cells of a month is the mean of the stage's draws.

    Attributes:
        saved: minutes, the mean of the draws; efficiency: of them, as the same cell takes fewer minutes.
        without, after: decided cases that would have come this way in the state before, and in the state after.
        old_rows, new_rows: positions of the values that price them; `NONE` for none.
        is_asked: months the stage speaks of.
        minutes: the dated values.
        kept: the part of a gap between channels that is no selection, the mean of the draws.
    """

    saved: Floats
    efficiency: Floats
    without: Floats
    after: Floats
    old_rows: Ints
    new_rows: Ints
    is_asked: Bools
    minutes: Minutes
    kept: float

    def less(self, following: CellParts, later: Bools) -> CellParts:
        """What is left of a stage once another follows: from then on its state after is the state before the next."""
        both = (later & self.is_asked & following.is_asked)[:, None, None]
        return CellParts(
            self.saved - np.where(later[:, None, None], following.saved, 0),
            self.efficiency - np.where(later[:, None, None], following.efficiency, 0),
            self.without,
            np.where(both, following.without, self.after),
            self.old_rows,
            np.where(both, following.old_rows, self.new_rows),
            self.is_asked,
            self.minutes,
            self.kept,
        )


def nothing(months: int, case_types: int, minutes: Minutes) -> CellParts:
    """Of a stage without a month."""
    none, rows = np.zeros((months, case_types, len(CHANNELS))), np.full((months, case_types, len(CHANNELS)), NONE)
    return CellParts(none, none, none, none, rows, rows, np.zeros(months, bool), minutes, 1.0)


def cell_parts(
    cells: Cells, months: int, ways: Floats, old: Floats, kept: Floats, faster: Floats, minutes: Minutes
) -> CellParts:
    """Lay out what a stage's draws say of each cell.

    Args:
        cells: what the stage is computed from.
        months: how many the panel has.
        ways: decided cases that would have come each way, draws × months asked × K × channels.
        old: minutes of the state before, draws × K × channels.
        kept: the part of a gap between channels that is no selection, draws × 1.
        faster: minutes saved as the same cell takes fewer, months asked × K × channels.
        minutes: the dated values.
    """
    weighted = old * kept[:, :, None]
    channel = np.einsum("dmkc,dkc->mkc", ways, weighted) / len(ways) - cells.counts * weighted.mean(0)
    shape = months, *cells.counts.shape[1:]
    return CellParts(
        laid(cells.asked, channel + faster, np.zeros(shape)),
        laid(cells.asked, faster, np.zeros(shape)),
        laid(cells.asked, ways.mean(0), np.zeros(shape)),
        laid(cells.asked, cells.counts, np.zeros(shape)),
        laid(cells.asked, np.broadcast_to(cells.old_rows, cells.new_rows.shape), np.full(shape, NONE)),
        laid(cells.asked, cells.new_rows, np.full(shape, NONE)),
        np.isin(np.arange(months), cells.asked),
        minutes,
        float(kept.mean()),
    )


def cell_rows(
    service: ServiceCases, parts: CellParts, part: float, month: int, told: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """The cells of one month that say something, rounded so that they add up to what the month tells.

    Args:
        service: the cases.
        parts: of the stage.
        part: the measure's part of it.
        month: position of the month.
        told: minutes and efficiency_minutes of the month, as they are rounded.
    """
    shape = parts.saved[month].shape
    saved = _rounded(parts.saved[month] * part, told["minutes"])
    efficiency = _rounded(parts.efficiency[month] * part, told["efficiency_minutes"])
    for kind, way in np.ndindex(shape):
        where = month, kind, way
        received = int(service.received[where])
        if not (received or round(parts.without[where], _DIGITS) or saved[kind, way]):
            continue
        yield {
            "case_type": service.case_types[kind],
            "intake_channel": CHANNELS[way],
            "claimed_cases": received,
            "cases_without": round(float(parts.without[where]), _DIGITS),
            "cases_with": round(float(parts.after[where]), _DIGITS),
            "minutes": float(saved[kind, way]),
            "efficiency_minutes": float(efficiency[kind, way]),
            "claimed_part": part,
            "kept_part": parts.kept,
            **_value("old", parts.minutes, int(parts.old_rows[where])),
            **_value("new", parts.minutes, int(parts.new_rows[where])),
        }


def _rounded(cells: Floats, told: float) -> Floats:
    """Cells to the thousandth; the largest takes what rounding leaves."""
    rounded = np.round(cells, _DIGITS)
    if cells.size:
        largest = np.unravel_index(np.abs(cells).argmax(), cells.shape)
        rounded[largest] = np.round(rounded[largest] + told - rounded.sum(), _DIGITS)
    return rounded


def _value(which: str, minutes: Minutes, row: int) -> dict[str, str | dt.date | float | None]:
    if row == NONE:
        return {f"{which}_minutes": None, f"{which}_value": None, f"{which}_valid_from": None}
    return {
        f"{which}_minutes": float(minutes.mean[row]),
        f"{which}_value": minutes.cells[row][0],
        f"{which}_valid_from": minutes.valid_from[row],
    }
