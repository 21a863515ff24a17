"""The treasury's list of what the measures cost and what was booked as saved, in German notation."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Final

import numpy as np

from sources.demo.systems.accounts import FileAccount
from sources.demo.systems.tokens import BOOKER, tokens
from sources.demo.town.days import Days
from sources.demo.town.plan import MEASURES, PlannedMeasure, live_measures

KIND_WORDS: Final = {
    "einmalig": "one_off",
    "laufend": "running",
    "Parallelbetrieb": "parallel",
    "Minderausgabe": "cash_released",
}
HEADER: Final = (
    "Kostenposition",
    "Maßnahme",
    "Monat",
    "Art",
    "Plan EUR",
    "Ist EUR",
    "Haushaltsstelle",
    "Buchungsbeleg",
    "Gebucht durch",
)


UNTOLD_PARALLEL: Final = "M-IKFZ"
"""Takes applications on paper beside the new route, and nobody says what that costs."""

BEFORE_THE_POST: Final = "M-ABH-EAKTE"
"""Books staff cost as saved although the post lapses only next year."""

BORROWS: Final = ("M-BRIEF", "M-SCAN")
"""The first relief of one measure names a document that another one's relief used up the month before."""


@dataclass(frozen=True)
class CostItem:
    """One row: cents planned and booked (None = not yet booked), and the booking that proves a saving.

    ``is_cash``: the line truly paid so much less, and nothing speaks against it.
    """

    measure_id: str
    month: dt.date
    kind: str
    plan_cents: int
    actual_cents: int | None
    budget_line: str
    booking_ref: str | None
    is_cash: bool = False

    @property
    def cost_item(self) -> str:
        """Its unique code."""
        return f"K-{self.measure_id}-{self.month:%Y%m}-{self.kind}"


def cost_items(days: Days, rng: np.random.Generator) -> list[CostItem]:
    """Everything planned and booked in the window; the running month is planned but not yet booked."""
    items: list[CostItem] = []
    for measure in MEASURES:
        for kind, month, euros, is_proven in _planned(measure, len(days.months)):
            noise = float(rng.normal(1.0, 0.06 if kind != "one_off" else 0.13))
            is_booked = month < len(days.months) - 1
            first = days.months[month]
            proof = f"BU-{first:%Y}-{int(rng.integers(10_000, 99_999))}" if is_booked and is_proven else None
            actual = round(euros * 100 * max(noise, 0.3)) if is_booked else None
            is_cash = (
                kind == "cash_released" and bool(proof) and measure.measure_id not in (UNTOLD_PARALLEL, BEFORE_THE_POST)
            )
            items.append(
                CostItem(measure.measure_id, first, kind, euros * 100, actual, measure.budget_line, proof, is_cash)
            )
    items += _nothing_spent_in_parallel(days)
    return sorted(_with_a_borrowed_document(items), key=lambda item: (item.month, item.cost_item))


def _nothing_spent_in_parallel(days: Days) -> list[CostItem]:
    """Where running both routes cost nothing, the treasury says so, once."""
    return [
        CostItem(measure.measure_id, days.months[measure.live[0]], "parallel", 0, 0, measure.budget_line, None)
        for measure in live_measures()
        if measure.live and not measure.parallel and measure.measure_id != UNTOLD_PARALLEL
    ]


def _with_a_borrowed_document(items: list[CostItem]) -> list[CostItem]:
    borrower, lender = (
        [item for item in items if item.measure_id == measure and item.kind == "cash_released" and item.booking_ref]
        for measure in BORROWS
    )
    if not borrower:
        return items
    first = borrower[0]
    lent = [item.booking_ref for item in lender if item.month < first.month][-1]
    return [replace(item, booking_ref=lent, is_cash=False) if item is first else item for item in items]


def _planned(measure: PlannedMeasure, months: int) -> list[tuple[str, int, int, bool]]:
    """Kind, month index, euros planned, whether a booking will prove it."""
    live = measure.live[0] if measure.live else months + 1
    rows = [("one_off", live - measure.starts + index, euros, True) for index, euros in enumerate(measure.one_off)]
    rows += [("running", month, measure.running, True) for month in range(live + 1, months) if measure.running]
    until = min(live + measure.parallel_months, months)
    rows += [("parallel", month, measure.parallel, True) for month in range(live, until)]
    since = live + measure.cash_after
    rows += [
        ("cash_released", month, measure.cash or measure.hoped_cash, measure.cash is not None)
        for month in range(since, months)
        if measure.cash or measure.hoped_cash
    ]
    return [row for row in rows if 0 <= row[1] < months]


def write_finance(folder: Path, items: list[CostItem]) -> list[FileAccount]:
    """Write ``inbox/finanzen/kosten.csv``."""
    words = {kind: word for word, kind in KIND_WORDS.items()}
    bookers = tokens(BOOKER, np.arange(len(items)) % 3)
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    for item, booker in zip(items, bookers, strict=True):
        writer.writerow(
            [
                item.cost_item,
                item.measure_id,
                f"{item.month:%d.%m.%Y}",
                words[item.kind],
                german(item.plan_cents),
                german(item.actual_cents),
                item.budget_line,
                item.booking_ref or "",
                f"Kasse, {booker.title()}",
            ]
        )
    path = folder / "inbox" / "finanzen" / "kosten.csv"
    path.write_bytes(text.getvalue().encode("windows-1252"))
    return [FileAccount(path.relative_to(folder).as_posix(), "finanzen", len(items))]


def german(cents: int | None) -> str:
    """Cents as ``1.234,50``; nothing for None."""
    if cents is None:
        return ""
    return f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}"
