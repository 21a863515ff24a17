"""The treasury's budget lines, a spreadsheet per year with a sum at its foot: double entry, and some cameral ones left.

Last year was delivered twice: before its accounts were closed, and after.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from sources.demo.systems.accounts import FileAccount
from sources.demo.systems.finance import CostItem
from sources.demo.systems.tokens import STAFF, tokens
from sources.demo.systems.workbooks import Sheet, Total, write_workbook
from sources.demo.town.days import Days
from sources.demo.town.plan import MEASURES

SOURCE: Final = "haushalt"
SHEET: Final = "Haushalt"
HEADER: Final = (
    "Produktkonto", "Produkt", "Sachkonto", "Haushaltsjahr", "Ansatz EUR", "Nachtrag EUR", "Ist EUR", "Bewirtschaftung",
)  # fmt: skip
TITLES: Final = ("Stadt Musterhafen (erfunden), Kämmerei", "Haushaltsüberwachung, Beträge in Euro", "")
TOTAL_WORD: Final = "Summe"
YEARS: Final = 3
_BOOKKEEPERS: Final = 8_000
_GENERAL: Final = (
    ("1111.54310", 38_000),
    ("1115.52550", 310_000),
    ("1116.54310", 121_000),
    ("1118.52310", 64_500),
    ("1221.52810", 47_000),
    ("1222.52810", 39_500),
    ("3131.54310", 26_000),
)
_CAMERAL: Final = (("3950.539 00-0", 88_000), ("0200.650 10-1", 41_500), ("0300.652 00-7", 73_000))
_MEASURES_BEGIN_WITH: Final = 84_000
OF_MEASURES: Final = tuple(dict.fromkeys(measure.budget_line for measure in MEASURES))


@dataclass(frozen=True)
class BudgetLine:
    """A line in one year, in cents; ``supplementary`` is None where the council changed nothing."""

    budget_line: str
    product: str | None
    account: str
    year: int
    appropriation: int
    supplementary: int | None
    actual: int

    @property
    def in_euros(self) -> list[str | int | float | None]:
        """All of it, the amounts in euros."""
        supplementary = None if self.supplementary is None else self.supplementary / 100
        named = [self.budget_line, self.product, self.account, self.year]
        return [*named, self.appropriation / 100, supplementary, self.actual / 100]


@dataclass(frozen=True)
class Budget:
    """The lines as they stand, and those of one year as they stood before its accounts were closed."""

    lines: list[BudgetLine]
    provisional: list[BudgetLine]


def prices(days: Days, year: int) -> float:
    """The level of all prices in a year; they rise by two in a hundred."""
    return 1.02 ** (year - days.as_of.year + YEARS)


def budget_drawn(days: Days, items: list[CostItem], rng: np.random.Generator) -> Budget:
    """The last three years; what measures cost and saved shows in the lines they name."""
    lines: list[BudgetLine] = []
    begin = {**dict.fromkeys(OF_MEASURES, _MEASURES_BEGIN_WITH), **dict(_GENERAL), **dict(_CAMERAL)}
    for year in range(days.as_of.year - YEARS + 1, days.as_of.year + 1):
        passed = (days.as_of - dt.date(year - 1, 12, 31)).days / 366 if year == days.as_of.year else 1.0
        for budget_line, euros in sorted(begin.items()):
            growth = prices(days, year)
            planned, booked = _of_measures(items, budget_line, year)
            appropriation = round((euros * growth + planned / 100) / 100) * 10_000
            # A line of a measure is kept tightly: beside cost and savings it pays a little less each year.
            drawn, kept = float(rng.normal(0.98, 0.03)), 0.985 - 0.005 * (year - days.as_of.year + YEARS)
            used = kept if budget_line in OF_MEASURES else drawn
            actual = round(euros * growth * passed * used * 100) + booked
            change = int(rng.integers(-60, 120)) * 10_000 if rng.random() < 0.25 else None
            lines.append(_line(budget_line, year, appropriation, change, actual))
    before = [line for line in lines if line.year == days.as_of.year - 1]
    provisional = [_line(b.budget_line, b.year, b.appropriation, None, b.actual * 9 // 10) for b in before]
    return Budget(lines, provisional)


def write_budget(folder: Path, days: Days, budget: Budget) -> list[FileAccount]:
    """Write ``inbox/haushalt/haushalt_YYYY.xlsx`` and, before it, the provisional one of last year."""
    accounts: list[FileAccount] = []
    for year in range(days.as_of.year - YEARS + 1, days.as_of.year + 1):
        if year == days.as_of.year - 1:
            first = _write(folder, days, f"haushalt_{year}_vorlaeufig", budget.provisional)
            accounts.append(FileAccount(first, SOURCE, len(budget.provisional), outdated=len(budget.provisional)))
        lines = [line for line in budget.lines if line.year == year]
        accounts.append(FileAccount(_write(folder, days, f"haushalt_{year}", lines), SOURCE, len(lines)))
    return accounts


def _of_measures(items: list[CostItem], budget_line: str, year: int) -> tuple[int, int]:
    """Cents planned and booked on a line in a year: costs add, true savings take away."""
    mine = [item for item in items if item.budget_line == budget_line and item.month.year == year]
    sign = {"cash_released": -1}
    planned = sum(sign.get(item.kind, 1) * item.plan_cents for item in mine)
    booked = sum(
        sign.get(item.kind, 1) * (item.actual_cents or 0)
        for item in mine
        if item.kind != "cash_released" or item.is_cash
    )
    return planned, booked


def _line(budget_line: str, year: int, appropriation: int, supplementary: int | None, actual: int) -> BudgetLine:
    """Double entry tells its product; a cameral line only its grouping."""
    head, tail = budget_line.split(".")
    is_cameral = "-" in tail
    product, account = (None, tail.split("-")[0]) if is_cameral else (head, tail)
    return BudgetLine(budget_line, product, account, year, appropriation, supplementary, actual)


def _write(folder: Path, days: Days, name: str, lines: list[BudgetLine]) -> str:
    marks = tokens(STAFF, _BOOKKEEPERS + np.arange(len(lines)) % 4)
    rows = [[*line.in_euros, f"Kämmerei, {mark.title()}"] for line, mark in zip(lines, marks, strict=True)]
    columns = ([b.appropriation for b in lines], [b.supplementary or 0 for b in lines], [b.actual for b in lines])
    total = Total(TOTAL_WORD, {4 + place: sum(cents) / 100 for place, cents in enumerate(columns)})
    path = folder / "inbox" / SOURCE / f"{name}.xlsx"
    write_workbook(path, Sheet(SHEET, TITLES, HEADER, rows, total), days.as_of)
    return path.relative_to(folder).as_posix()
