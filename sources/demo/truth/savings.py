"""What the measures truly saved, from the generator's own bookkeeping. No model reads or shares any of this.

Like for like: the cases decided in a month with the channels and minutes of the twelve full months before go-live,
less the same cases as they really came, times the share the measure may claim.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sources.demo.systems.finance import CostItem
from sources.demo.town.arrays import Ints
from sources.demo.town.arrivals import Cases
from sources.demo.town.catalogue import CHANNELS
from sources.demo.town.days import NEVER, Days
from sources.demo.town.faults import Register
from sources.demo.town.minutes import TrueMinutes
from sources.demo.town.plan import MEASURES, PlannedMeasure
from sources.demo.town.services_offered import SERVICE_CODES, SERVICES

_MOST_TYPES: Final = 3


def case_counts(days: Days, cases: Cases, register: Register) -> Ints:
    """Cases decided, shape months × services × types × channels; unlisted service and unknown channel are left out."""
    shape = (len(days.months), len(SERVICES), _MOST_TYPES, len(CHANNELS))
    known = (register.service < len(SERVICES)) & (register.channel != CHANNELS.index("unknown"))
    chosen = known & (register.closed < NEVER)
    month = days.month_of[days.day_of(register.closed[chosen])]
    cell = np.ravel_multi_index(
        (month, register.service[chosen], cases.case_type[chosen], register.channel[chosen]), shape
    )
    return np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape)


def savings_truth(days: Days, counts: Ints, minutes: TrueMinutes, items: list[CostItem]) -> dict[str, object]:
    """Per measure: monthly capacity hours (by service too), booked cash and costs."""
    return {measure.measure_id: _measure_truth(days, measure, counts, minutes, items) for measure in MEASURES}


def _measure_truth(
    days: Days, measure: PlannedMeasure, counts: Ints, minutes: TrueMinutes, items: list[CostItem]
) -> dict[str, object]:
    live = measure.went_live_on(days)
    by_service: dict[str, dict[str, float | None]] = {}
    if measure.live is not None:
        months = range(measure.live[0] + 1, len(days.months) - 1)
        for code, share in measure.shares.items():
            by_service[code] = {
                days.months[month].isoformat(): _hours(days, measure.live, code, float(share), month, counts, minutes)
                for month in months
            }
    return {
        "went_live_on": live.isoformat() if live else None,
        "capacity_hours_by_service": by_service,
        "capacity_hours": _summed(by_service),
        "booked": _booked(measure.measure_id, items),
    }


def _hours(
    days: Days, live: tuple[int, int], code: str, share: float, month: int, counts: Ints, minutes: TrueMinutes
) -> float | None:
    """Hours truly freed in one month, None where minutes or a baseline are missing."""
    index = SERVICE_CODES.index(code)
    before = counts[live[0] - 12 : live[0], index].sum(axis=0)
    now = counts[month, index]
    day_before = days.on(live[0], live[1] - 1)
    total = 0.0
    for kind, (case_type, _) in enumerate(SERVICES[index].types):
        came = int(now[kind].sum())
        usual = int(before[kind].sum())
        if came == 0:
            continue
        if usual == 0:
            return None
        for way, channel in enumerate(CHANNELS):
            old = minutes.on(code, case_type, channel, day_before) if before[kind, way] else 0.0
            new = minutes.on(code, case_type, channel, days.months[month]) if now[kind, way] else 0.0
            if old is None or new is None:
                return None
            total += came * int(before[kind, way]) / usual * old - int(now[kind, way]) * new
    return share * total / 60


def _summed(by_service: dict[str, dict[str, float | None]]) -> dict[str, float | None]:
    """Months of all services together; a service without a value counts as nothing, none at all as None."""
    months = sorted({month for values in by_service.values() for month in values})
    summed: dict[str, float | None] = {}
    for month in months:
        known = [value for values in by_service.values() if (value := values[month]) is not None]
        summed[month] = sum(known) if known else None
    return summed


def _booked(measure_id: str, items: list[CostItem]) -> dict[str, dict[str, float]]:
    """Euros per month and kind as booked; a saving counts only with a booking reference."""
    booked: dict[str, dict[str, float]] = {}
    for item in items:
        is_proven = item.kind != "cash_released" or item.booking_ref is not None
        if item.measure_id == measure_id and item.actual_cents is not None and is_proven:
            booked.setdefault(item.month.isoformat(), {})[item.kind] = item.actual_cents / 100
    return booked
