"""What became of the promises, and what measures did to budget lines: counted from the town's own books."""

from __future__ import annotations

from typing import Final

import numpy as np

from sources.demo.systems.budget import Budget
from sources.demo.systems.finance import CostItem
from sources.demo.town import catalogue as c
from sources.demo.town.days import Days
from sources.demo.town.plan import MEASURES
from sources.demo.town.promises import PROMISES
from sources.demo.town.services_offered import SERVICE_CODES
from sources.demo.truth.figures import Landed

YEAR: Final = 12


def promises_truth(days: Days, cases: Landed, items: list[CostItem], scale: float) -> dict[str, object]:
    """Per measure: days late, cases promised and received in the last twelve full months, euros planned and booked."""
    months = days.month_of[cases.received_day]
    last = len(days.months) - 1
    in_year = (months >= last - YEAR) & (months < last)
    truth: dict[str, object] = {}
    for measure in MEASURES:
        promise = PROMISES.get(measure.measure_id)
        if promise is None:
            continue
        touched = np.isin(cases.service, [SERVICE_CODES.index(code) for code in measure.shares])
        on_channel = cases.channel == c.CHANNELS.index(promise.channel)
        mine = [item for item in items if item.measure_id == measure.measure_id and item.actual_cents is not None]
        truth[measure.measure_id] = {
            "days_late": None if measure.live is None else promise.late,
            "planned_cases": promise.cases(measure, scale),
            "received_cases": int((in_year & touched & on_channel).sum()),
            "planned_cost": _euros(mine, "plan_cents"),
            "booked_cost": _euros(mine, "actual_cents"),
        }
    return truth


def _euros(items: list[CostItem], column: str) -> float:
    return sum(getattr(item, column) for item in items if item.kind != "cash_released") / 100


def lines_truth(budget: Budget, items: list[CostItem]) -> list[list[object]]:
    """Line, year, euros paid, of them for measures, and euros a measure truly took off the line."""
    rows: list[list[object]] = []
    for line in budget.lines:
        mine = [
            item
            for item in items
            if item.budget_line == line.budget_line and item.month.year == line.year and item.actual_cents is not None
        ]
        cost = sum(item.actual_cents or 0 for item in mine if item.kind != "cash_released")
        saved = sum(item.actual_cents or 0 for item in mine if item.is_cash)
        rows.append([line.budget_line, line.year, line.actual / 100, cost / 100, saved / 100])
    return rows
