"""The registries' count of paper files: a spreadsheet with shelf metres and files per unit, one block per quarter."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from sources.demo.systems.accounts import FileAccount
from sources.demo.systems.post_plan import STAFF_OF_BAND
from sources.demo.systems.tokens import STAFF, tokens
from sources.demo.systems.workbooks import Sheet, write_workbook
from sources.demo.town import catalogue as c
from sources.demo.town.arrays import Ints
from sources.demo.town.days import Days
from sources.demo.town.plan import WIDESPREAD_EFILE

SOURCE: Final = "altakten"
TITLES: Final = ("Stadt Musterhafen (erfunden)", "Bestand an Papierakten, Zählung zum Quartalsende")
HEADER: Final = ("Stichtag", "Stelle", "Laufmeter", "Akten", "Gezählt von")
SHEET: Final = "Bestand"
_COUNTERS: Final = 7_000


@dataclass(frozen=True)
class FileStock:
    """What was counted: days × ``OFFICES``; shelf metres in tenths."""

    counted_on: tuple[dt.date, ...]
    tenth_metres: Ints
    files: Ints


def stock_counted(days: Days, rng: np.random.Generator) -> FileStock:
    """Shelves that empty slowly, faster where the file is kept electronically."""
    ends = [following - dt.timedelta(days=1) for following in days.months[1:] if following.month in (1, 4, 7, 10)]
    heads = np.array([STAFF_OF_BAND[office.staff_band] for office in c.OFFICES])
    efile = np.array([WIDESPREAD_EFILE.get(office.code, (0.1, 0.2))[1] for office in c.OFFICES])
    quarter = np.arange(len(ends))[:, None]
    metres = heads * 3.4 * rng.normal(1, 0.1, len(heads)) * (1 - 0.028 * efile * quarter)
    tenths = np.maximum(np.rint(metres * rng.normal(1, 0.006, metres.shape) * 10), 5).astype(np.int64)
    return FileStock(tuple(ends), tenths, np.rint(tenths * 4.7).astype(np.int64) + quarter % 3)


def write_file_stock(folder: Path, days: Days, stock: FileStock) -> list[FileAccount]:
    """Write ``inbox/altakten/aktenbestand.xlsx``."""
    marks = tokens(STAFF, _COUNTERS + np.arange(len(c.OFFICES)))
    rows = [
        [day, code, float(stock.tenth_metres[row, unit]) / 10, int(stock.files[row, unit]), f"Registratur, {mark}"]
        for row, day in enumerate(stock.counted_on)
        for unit, (code, mark) in enumerate(zip(c.OFFICE_CODES, marks, strict=True))
    ]
    path = folder / "inbox" / SOURCE / "aktenbestand.xlsx"
    write_workbook(path, Sheet(SHEET, TITLES, HEADER, rows), days.as_of)
    return [FileAccount(path.relative_to(folder).as_posix(), SOURCE, len(rows), records_per_row=2)]
