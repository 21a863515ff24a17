"""What machines and mail room count by day: printed pages per unit, franked items per product; no case, wide tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from sources.demo.systems.accounts import FileAccount
from sources.demo.systems.letters import Documents
from sources.demo.systems.post_plan import STAFF_OF_BAND
from sources.demo.systems.quarters import years_of
from sources.demo.systems.tokens import STAFF, marked
from sources.demo.town import catalogue as c
from sources.demo.town.arrays import Ints
from sources.demo.town.days import Days, day_text

PRINTING: Final = "druck"
FRANKING: Final = "postausgang"
PRODUCTS: Final = ("Standardbrief", "Kompaktbrief", "Großbrief", "Maxibrief", "Einschreiben", "Zustellungsauftrag")
_PRODUCT_SHARES: Final = (0.61, 0.19, 0.11, 0.02, 0.04, 0.03)
_CENTS: Final = ((85, 100, 160, 275, 350, 388), (95, 110, 180, 290, 360, 411))
_OTHER_MAIL: Final = 34.0
_PRINTED_PER_HEAD: Final = (2.6, 1.5)
"""Pages per head and day that no case asks for, in the first and in the last month."""

_CONTACTS: Final = 5_000
_FRANKERS: Final = 6_000


@dataclass(frozen=True)
class DayCounts:
    """Counts of the open days of the window; rows are open days, columns offices or products.

    Attributes:
        day: day index of each row; month: its month index.
        pages, sheets: days × ``OFFICES``; items, cents: days × ``PRODUCTS``.
    """

    day: Ints
    month: Ints
    pages: Ints
    sheets: Ints
    items: Ints
    cents: Ints


def counted_by_day(days: Days, documents: Documents, rng: np.random.Generator) -> DayCounts:
    """Letters of the cases, and what is printed and franked besides."""
    day = days.open_days[days.open_days < days.count]
    shape = (len(day), len(c.OFFICES))
    letter = np.flatnonzero(documents.is_paper_out)
    row = np.searchsorted(day, days.next_open[days.day_of(documents.local[letter])])
    letter, row = letter[row < len(day)], row[row < len(day)]
    cell = np.ravel_multi_index((row, documents.unit[letter]), shape)
    of_cases = np.bincount(cell, documents.pages[letter], int(np.prod(shape))).reshape(shape).astype(np.int64)
    heads = np.array([STAFF_OF_BAND[office.staff_band] for office in c.OFFICES])
    habit = np.interp(day, (0, days.count), _PRINTED_PER_HEAD)
    pages = of_cases + rng.poisson(habit[:, None] * heads)
    letters = np.bincount(row, minlength=len(day)) + rng.poisson(_OTHER_MAIL, len(day))
    items = rng.multinomial(letters, _PRODUCT_SHARES)
    raised = day >= days.index(days.months[18].replace(month=1, day=1))
    return DayCounts(
        day=day,
        month=days.month_of[day],
        pages=pages,
        sheets=pages - rng.binomial(pages, 0.36),
        items=items,
        cents=items * np.array(_CENTS)[raised.astype(np.int64)],
    )


def write_day_counts(folder: Path, days: Days, counts: DayCounts) -> list[FileAccount]:
    """Write ``inbox/druck/druck_YYYY.csv`` and ``inbox/postausgang/postausgang_YYYY.csv``; without empty days."""
    return [*_write_printing(folder, days, counts), *_write_franking(folder, days, counts)]


def _write_printing(folder: Path, days: Days, counts: DayCounts) -> list[FileAccount]:
    row, unit = np.nonzero(counts.pages)
    rows = pl.DataFrame(
        {
            "Tag": day_text(counts.day[row] + days.epoch_day, "%d.%m.%Y"),
            "Organisationseinheit": pl.Series(c.OFFICE_CODES).gather(unit),
            "Seiten": _grouped(counts.pages[row, unit]),
            "Blatt": _grouped(counts.sheets[row, unit]),
            "Ansprechperson": marked("Herr/Frau ", STAFF, _CONTACTS + unit, as_a_name=False),
        }
    )
    return _write_yearly(folder, days, rows, counts.month[row], PRINTING)


def _write_franking(folder: Path, days: Days, counts: DayCounts) -> list[FileAccount]:
    row, product = np.nonzero(counts.items)
    cents = counts.cents[row, product]
    euros = pl.DataFrame({"whole": _grouped(cents // 100), "rest": pl.Series(cents % 100).cast(pl.String).str.zfill(2)})
    rows = pl.DataFrame(
        {
            "Tag": day_text(counts.day[row] + days.epoch_day, "%d.%m.%Y"),
            "Produkt": pl.Series(PRODUCTS).gather(product),
            "Stück": _grouped(counts.items[row, product]),
            "Entgelt EUR": euros.select(pl.concat_str("whole", pl.lit(","), "rest")).to_series(),
            "Frankiert von": marked("Post, ", STAFF, _FRANKERS + row % 3),
        }
    )
    return _write_yearly(folder, days, rows, counts.month[row], FRANKING)


def _write_yearly(folder: Path, days: Days, rows: pl.DataFrame, month: Ints, source: str) -> list[FileAccount]:
    accounts: list[FileAccount] = []
    for year, mine in years_of(days, month):
        path = folder / "inbox" / source / f"{source}_{year}.csv"
        text = rows[mine].write_csv(separator=";", line_terminator="\r\n")
        path.write_bytes(text.encode("windows-1252"))
        accounts.append(FileAccount(path.relative_to(folder).as_posix(), source, len(mine), records_per_row=2))
    return accounts


def _grouped(numbers: Ints) -> pl.Series:
    """Whole numbers below a million with a point between thousands."""
    return pl.Series(numbers).cast(pl.String).str.replace(r"^(\d+)(\d{3})$", "${1}.${2}")
