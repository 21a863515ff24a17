"""What Musterhafen hoped its measures would save, as its ledger holds it: plans, and what became of them.

The keys that sign them are made of what is written here: they are invented and public, and prove nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sources.demo.town.days import Days, add_months
from sources.demo.town.plan import MEASURES

OWNER: Final = "organisation"
REVIEWER: Final = "controlling"


@dataclass(frozen=True)
class Hope:
    """A plan that was recorded.

    Attributes:
        row: as a file of plans says it.
        recorded_on, approved_on: days; not approved while None.
        corrects: whether it takes the place of the plan before it.
    """

    row: dict[str, Any]
    recorded_on: dt.date
    approved_on: dt.date | None = None
    corrects: bool = False


def seed_of(function: str) -> bytes:
    """The secret of an invented key, which is none."""
    return hashlib.sha256(f"Musterhafen is invented, and so is the key of {function}".encode()).digest()


def hopes(days: Days) -> list[Hope]:
    """Plans in the order in which they were recorded: one is expected, one was cut, one has expired."""
    hoped = {measure.measure_id: measure for measure in MEASURES}
    cash = "cash_released"
    return [
        Hope(_euros(days, "M-PORTAL", 26, cash, 4_000), days.on(10, 14)),
        Hope(_euros(days, "M-WOHNGELD", 30, cash, hoped["M-WOHNGELD"].hoped_cash), days.on(15, 6), days.on(16, 9)),
        # Twelve months later nobody had shown it.
        Hope(_euros(days, "M-CHATBOT", 22, cash, hoped["M-CHATBOT"].hoped_cash), days.on(21, 3)),
        Hope(_hours(days, "M-BAUANTRAG", "baugenehmigung", 80, 60, 95), days.on(30, 12)),
        Hope(_hours(days, "M-BAUANTRAG", "baulastauskunft", 6, 4, 8), days.on(30, 12)),
        Hope(_euros(days, "M-BAUANTRAG", 38, "disbenefit", -sum(hoped["M-BAUANTRAG"].one_off)), days.on(31, 5)),
        Hope(_hours(days, "M-BAUANTRAG", "baugenehmigung", 55, 40, 70), days.on(33, 20), corrects=True),
    ]


def _euros(days: Days, measure_id: str, month: int, effect_class: str, net: int) -> dict[str, Any]:
    line = next(measure.budget_line for measure in MEASURES if measure.measure_id == measure_id)
    return {
        "measure_id": measure_id,
        "service_code": "",
        "month": add_months(days.first, month),
        "effect_class": effect_class,
        "budget_line_id": line,
        "gross": Decimal(max(net, 0)),
        "cost": Decimal(max(-net, 0)),
        "low": Decimal(net) * Decimal("0.8") if net > 0 else Decimal(net),
        "high": Decimal(net),
        "is_recurring": net > 0,
        "evidence_ref": f"Ratsvorlage {measure_id} (erfunden)",
    }


def _hours(days: Days, measure_id: str, service_code: str, value: int, low: int, high: int) -> dict[str, Any]:
    return {
        **_euros(days, measure_id, 40, "capacity_released", 0),
        "service_code": service_code,
        "gross": Decimal(value),
        "low": Decimal(low),
        "high": Decimal(high),
        "is_recurring": True,
    }
