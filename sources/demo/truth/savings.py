"""What the measures truly saved: the same town lived once more without them. No model reads or shares any of this.

The same people come with the same lots and the same efforts; without a measure fewer of them go online, and the work
takes as long as it did. What the measure saved is the difference, counted in the month of receipt.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from itertools import combinations
from typing import Final, TypeAlias

import numpy as np

from sources.demo.systems.finance import CostItem
from sources.demo.town.adoption import Adoption
from sources.demo.town.applicants import ways_taken
from sources.demo.town.arrays import Flags, Floats
from sources.demo.town.arrivals import Cases
from sources.demo.town.days import NEVER, Days
from sources.demo.town.faults import Register
from sources.demo.town.minutes import TrueMinutes
from sources.demo.town.plan import MEASURES, PlannedMeasure, live_measures
from sources.demo.town.services_offered import SERVICE_CODES, SERVICES

LatentWithout: TypeAlias = Callable[[Set[str]], Adoption]
"""The latent probabilities of the town without some measures, from the same random numbers."""

Hours: TypeAlias = dict[str, float | None]
TOGETHER: Final = "+"


class Twins:
    """The town as it is, and how long its cases take without some measures."""

    def __init__(self, days: Days, cases: Cases, register: Register, latent_without: LatentWithout) -> None:
        self._days = days
        self._cases = cases
        self._is_decided = register.closed < NEVER
        self._latent_without = latent_without
        self._months = [month.isoformat() for month in days.months]
        self._as_it_is = self._minutes(frozenset(), np.ones(len(cases), dtype=np.bool_))

    def figures(self, measures: tuple[PlannedMeasure, ...]) -> dict[str, object]:
        """Hours saved by some measures together, by month of receipt: of all cases, and of those decided by now."""
        codes = dict.fromkeys(code for measure in measures for code in measure.shares)
        touched = np.isin(self._cases.service, [SERVICE_CODES.index(code) for code in codes])
        saved = np.zeros(len(self._cases))
        without = self._minutes({measure.measure_id for measure in measures}, touched)
        saved[touched] = without - self._as_it_is[touched]
        first = min(measure.live[0] for measure in measures if measure.live is not None)
        figures: dict[str, object] = {}
        for suffix, counted in (("", touched), ("_decided", touched & self._is_decided)):
            by_service = {code: self._hours(saved, counted, code, first) for code in codes}
            figures[f"capacity_hours{suffix}"] = _summed(by_service)
            figures[f"capacity_hours_by_service{suffix}"] = by_service
        return figures

    def _minutes(self, without: Set[str], touched: Flags) -> Floats:
        """The work of each touched case had there been no such measures."""
        people = self._cases.people.at(np.flatnonzero(touched))
        channel, _ = ways_taken(people, self._latent_without(without))
        usual = TrueMinutes(self._days, without)
        return people.effort * usual.of(people.service, people.case_type, channel, self._cases.day[touched])

    def _hours(self, saved: Floats, counted: Flags, code: str, first: int) -> Hours:
        """Hours by full month from the one of go-live; none where nobody knows of any work."""
        service = SERVICE_CODES.index(code)
        of = counted & (self._cases.service == service)
        minutes = np.bincount(self._cases.month[of], saved[of], len(self._months))
        is_known = SERVICES[service].minutes is not None
        return {
            self._months[month]: round(float(minutes[month]) / 60, 9) if is_known else None
            for month in range(first, len(self._months) - 1)
        }


def savings_truth(twins: Twins, days: Days, items: list[CostItem]) -> dict[str, object]:
    """Per measure: what it saved in the town as it is, and what was booked and spent."""
    truth: dict[str, object] = {}
    for measure in MEASURES:
        live = measure.went_live_on(days)
        none: dict[str, object] = {
            f"capacity_hours{part}": {} for part in ("", "_by_service", "_decided", "_by_service_decided")
        }
        truth[measure.measure_id] = {
            "went_live_on": live.isoformat() if live else None,
            **(twins.figures((measure,)) if live else none),
            "booked": _booked(measure.measure_id, items),
        }
    return truth


def savings_together(twins: Twins) -> dict[str, object]:
    """What pairs of measures on one service saved together, and what all did: none of it is a sum."""
    live = live_measures()
    pairs = [pair for pair in combinations(live, 2) if set(pair[0].shares) & set(pair[1].shares)]
    return {
        "pairs": {TOGETHER.join(measure.measure_id for measure in pair): twins.figures(pair) for pair in pairs},
        "all": twins.figures(live),
    }


def _summed(by_service: dict[str, Hours]) -> Hours:
    """Months of all services together; a service without a value counts as nothing, none at all as None."""
    summed: Hours = {}
    for month in sorted({month for hours in by_service.values() for month in hours}):
        known = [value for hours in by_service.values() if (value := hours[month]) is not None]
        summed[month] = round(sum(known), 9) if known else None
    return summed


def _booked(measure_id: str, items: list[CostItem]) -> dict[str, dict[str, float]]:
    """Euros per month and kind as booked; a saving counts only where it truly is cash."""
    booked: dict[str, dict[str, float]] = {}
    for item in items:
        is_proven = item.kind != "cash_released" or item.is_cash
        if item.measure_id == measure_id and item.actual_cents is not None and is_proven:
            booked.setdefault(item.month.isoformat(), {})[item.kind] = item.actual_cents / 100
    return booked
