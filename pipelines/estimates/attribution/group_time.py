"""Group-time difference in differences: what each group of units gained in each period over those not yet treated.

Callaway & Sant'Anna (2021), as the package diff-diff computes it. Two-way fixed effects would compare units with others
that were treated long ago and still move; where effects grow and starts differ that is wrong, so nothing here does it.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import polars as pl

SCHEMA: Final = {"unit": pl.Int64, "period": pl.Int64, "first_treated": pl.Int64, "outcome": pl.Float64}
NEVER: Final = 0


@dataclass(frozen=True)
class Effect:
    """A mean effect on the treated in units of the outcome, with its analytic standard error.

    The error speaks of chance between the units of a group; of a group of one unit it says nothing of that unit.
    """

    value: float
    error: float


@dataclass(frozen=True)
class GroupTime:
    """What the groups gained.

    Attributes:
        cells: effect by group (period of first treatment) and period, against the last period before treatment; those
            of earlier periods test whether the group moved with the others before (the event study's pre-trend).
        simple: the mean of all cells since treatment, weighted by units.
        units: number of units by group.
    """

    cells: Mapping[tuple[int, int], Effect]
    simple: Effect
    units: Mapping[int, int]

    @property
    def by_event(self) -> dict[int, float]:
        """Event study: mean effect by periods since treatment (negative before it), weighted by units."""
        found: dict[int, float] = {}
        for event in sorted({period - group for group, period in self.cells}):
            cells = {group: one.value for (group, period), one in self.cells.items() if period - group == event}
            found[event] = float(np.average(list(cells.values()), weights=[self.units[group] for group in cells]))
        return found

    @property
    def dynamic(self) -> float:
        """The plain mean of the event study since treatment."""
        return float(np.mean([effect for event, effect in self.by_event.items() if event >= 0]))

    @property
    def by_group(self) -> float:
        """The mean over groups, weighted by units, of each group's mean since treatment."""
        means = {
            group: np.mean([one.value for (of, period), one in self.cells.items() if of == group <= period])
            for group in self.units
        }
        return float(np.average(list(means.values()), weights=[self.units[group] for group in means]))


def group_time(panel: pl.DataFrame, controls: Literal["never_treated", "not_yet_treated"]) -> GroupTime:
    """Estimate the effects without covariates.

    Args:
        panel: one row per unit and period (`SCHEMA`), each unit in every period; first_treated is the period a unit is
            first treated in, `NEVER` for one that never is.
        controls: whom to compare with; not_yet_treated holds those that never are as well.

    Raises:
        ValueError: nobody is treated after the first period, or nobody is there to compare with.
    """
    # Loading the package takes a second: only a run that has something to compare pays for it.
    from diff_diff import CallawaySantAnna  # noqa: PLC0415

    rows = panel.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
    with warnings.catch_warnings():
        # It warns that a group of one unit has no spread of its own; whoever asks knows, see Effect.
        warnings.simplefilter("ignore")
        found = CallawaySantAnna(control_group=controls, estimation_method="reg", base_period="universal").fit(
            rows.to_pandas(), outcome="outcome", unit="unit", time="period", first_treat="first_treated"
        )
    cells = {
        (int(group), int(period)): Effect(float(cell["effect"]), float(cell["se"]))
        for (group, period), cell in found.group_time_effects.items()
    }
    treated = rows.filter(pl.col("first_treated").is_in({group for group, _ in cells}))
    units = treated.group_by("first_treated").agg(pl.col("unit").n_unique())
    return GroupTime(
        dict(sorted(cells.items())), Effect(float(found.overall_att), float(found.overall_se)), dict(units.iter_rows())
    )
