"""The cells a stage is computed from: its cases since go-live, the baseline, and the minutes that hold for them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from pipelines.estimates.levels import Level
from pipelines.estimates.minutes import NONE, Minutes
from pipelines.estimates.panel import Bools, Floats, Ints, ServiceCases
from pipelines.estimates.stages import Stage

Value = TypeVar("Value", np.float64, np.int64, np.bool_)


@dataclass(frozen=True)
class Cells:
    """The cases since a stage began, and what is known of the state before it.

    Attributes:
        asked: positions of the months.
        before: cases of the baseline, K × channels; seen: types the baseline saw.
        received: cases of seen types, months × K × channels.
        part: the part of them that is decided, months × K; counts: that part of the cases.
        decided: decided cases of seen types, months × K; left_out: those of other types, per month.
        old_rows: values that held before, K × channels; new_rows: those that hold now, months × K × channels.
    """

    asked: Ints
    before: Ints
    seen: Bools
    received: Ints
    part: Floats
    counts: Floats
    decided: Ints
    left_out: Ints
    old_rows: Ints
    new_rows: Ints

    @property
    def needs_old(self) -> Bools:
        """Cells whose old minutes a month needs, months × K × channels: those its types came by before."""
        return (self.counts.sum(2) > 0)[:, :, None] & (self.before > 0) & self.seen[:, None]


def cells_of(service: ServiceCases, stage: Stage, level: Level, minutes: Minutes, months: tuple[dt.date, ...]) -> Cells:
    """The cells of a stage with at least one month.

    Args:
        service: the cases.
        stage: which months count, and against which.
        level: says which case types were seen before anything was done.
        minutes: the dated values of the service.
        months: the first day of each month of the panel.
    """
    before, asked = service.received[stage.baseline].sum(0), stage.asked
    seen = (before.sum(1) > 0) & ~np.isnan(level.offsets)
    received, decided = service.received[asked] * seen[:, None], service.decided[asked].sum(2)
    by_type = received.sum(2)
    # Undecided work is never saved: of the people who came, the part whose cases are decided.
    part = np.divide(decided * seen, by_type, out=np.zeros(by_type.shape), where=by_type > 0)
    old_rows = minutes.valid(service.case_types, stage.claims[0].live_on - dt.timedelta(days=1))
    new_rows = np.stack([minutes.valid(service.case_types, months[month]) for month in asked])
    # A channel nobody used before has no old minutes: those of its beginning, so that its effect is one of the channel.
    begun = new_rows[0]
    for rows in new_rows[1:]:
        begun = np.where(begun == NONE, rows, begun)
    old_rows = np.where((old_rows == NONE) & (before == 0), begun, old_rows)
    new_rows = np.where((new_rows == NONE) & (before == 0), old_rows, new_rows)
    return Cells(
        asked,
        before,
        seen,
        received,
        part,
        received * part[:, :, None],
        decided * seen,
        (decided * ~seen).sum(1),
        old_rows,
        new_rows,
    )


def unpriced(cells: Cells) -> Bools:
    """Months in which a cell needs minutes that nobody measured."""
    has_old, has_new = cells.old_rows != NONE, cells.new_rows != NONE
    lacks = (cells.counts > 0) & ~(has_old & has_new) | cells.needs_old & ~has_old
    return lacks.any((1, 2))


def grades(minutes: Minutes, months: int, cells: Cells) -> tuple[str, ...]:
    """The worst grade of the values that enter a month; A where none does."""
    grade, needs_old = np.array([*minutes.grades, "A"]), cells.needs_old
    found = np.full(months, "A")
    for position, month in enumerate(cells.asked):
        rows = np.concatenate(
            [cells.old_rows[needs_old[position]], cells.new_rows[position][cells.counts[position] > 0]]
        )
        found[month] = max(grade[rows], default="A")
    return tuple(str(one) for one in found)


def laid(asked: Ints, values: NDArray[Value], months: NDArray[Value]) -> NDArray[Value]:
    """Values of the months asked, laid into all months."""
    months[asked] = values
    return months
