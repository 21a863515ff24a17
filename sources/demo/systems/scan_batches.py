"""The scan centre's batches as its capture program exports them (XML), and the samples taken from them (CSV)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from sources.demo.systems.accounts import FileAccount
from sources.demo.systems.case_system import is_coarsened
from sources.demo.systems.quarters import years_of
from sources.demo.systems.scan_centre import Scans, batch_names
from sources.demo.systems.tokens import STAFF, marked, tokens
from sources.demo.town import catalogue as c
from sources.demo.town.arrays import Ints
from sources.demo.town.days import DAY_SECONDS, Days, clock_text, day_text

BATCHES: Final = "chargen"
SAMPLES: Final = "stichproben"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n<ImportSession>\n<Batches>\n'
_FOOT: Final = "\n</Batches>\n</ImportSession>\n"
_OPERATORS: Final = 3_000
_SAMPLERS: Final = 4_000
_SECONDS_PER_PAGE: Final = 2
_OUTPOSTS: Final = {7: "denkmalpflege", 13: "buergeramt", 19: "bauamt"}
"""Of 23 batches, one each is scanned outside the scan centre; one of these units is small."""


@dataclass(frozen=True)
class Batches:
    """Batches in order of time, and how many of their documents were looked at again.

    Attributes:
        batch: number of the batch, as the scans carry it; started, finished: wall-clock seconds.
        pages: pages of all its documents; unit: index into ``OFFICES``; month: month index.
        sampled: documents looked at again, -1 when none were; defects: how many of these were bad.
    """

    batch: Ints
    started: Ints
    finished: Ints
    pages: Ints
    unit: Ints
    month: Ints
    sampled: Ints
    defects: Ints

    def __len__(self) -> int:
        return len(self.batch)


def batches_scanned(scans: Scans, rng: np.random.Generator) -> Batches:
    """Gather the scans into their batches and draw the samples."""
    batch, first, count = np.unique(scans.batch, return_index=True, return_counts=True)
    last = first + count - 1
    pages = np.add.reduceat(scans.pages, first)
    unit = np.full(len(batch), c.office_index("scanstelle"))
    for turn, code in _OUTPOSTS.items():
        unit[turn::23] = c.office_index(code)
    sampled = np.minimum(count, 1 + rng.binomial(count, 0.2))
    defects = rng.binomial(sampled, 0.035)
    is_sampled = rng.random(len(batch)) < 0.3
    return Batches(
        batch=batch,
        started=scans.scanned[first] - 40,
        finished=scans.scanned[last] + _SECONDS_PER_PAGE * pages,
        pages=pages,
        unit=unit,
        month=scans.month[first],
        sampled=np.where(is_sampled, sampled, -1),
        defects=np.where(is_sampled, defects, 0),
    )


def write_batches(folder: Path, days: Days, batches: Batches) -> list[FileAccount]:
    """Write ``inbox/chargen/chargen_YYYY.xml`` and ``inbox/stichproben/stichproben_YYYY.csv``."""
    elements, samples = _elements(batches), _samples(batches)
    accounts: list[FileAccount] = []
    for year, mine in years_of(days, batches.month):
        path = folder / "inbox" / BATCHES / f"chargen_{year}.xml"
        body = "\n".join(elements.gather(mine))
        path.write_text(f"{_HEAD}{body}{_FOOT}", encoding="utf-8")
        coarse = int(is_coarsened(batches.unit[mine]).sum())
        accounts.append(FileAccount(path.relative_to(folder).as_posix(), BATCHES, len(mine), coarsened=coarse))
    for year, mine in years_of(days, batches.month):
        path = folder / "inbox" / SAMPLES / f"stichproben_{year}.csv"
        taken = mine[batches.sampled[mine] >= 0]
        samples[taken].write_csv(path, separator=";")
        accounts.append(FileAccount(path.relative_to(folder).as_posix(), SAMPLES, len(taken)))
    return accounts


def _elements(batches: Batches) -> pl.Series:
    """One ``Batch`` element each, its facts in attributes and batch fields."""
    parts = pl.DataFrame(
        {
            "name": batch_names(batches.batch),
            "pages": batches.pages,
            "Beginn": clock_text(batches.started),
            "Ende": clock_text(batches.finished),
            "Stelle": pl.Series(c.OFFICE_CODES).gather(batches.unit),
            "Scanoperator": tokens(STAFF, _OPERATORS + batches.batch % 7),
        }
    )
    fields = [
        pl.concat_str(pl.lit(f'<BatchField Name="{name}" Value="'), name, pl.lit('"/>'))
        for name in ("Beginn", "Ende", "Stelle", "Scanoperator")
    ]
    head = pl.concat_str(
        pl.lit('<Batch Name="'), "name", pl.lit('" BatchClassName="Posteingang" ExpectedBatchTotal="'), "pages"
    )
    return parts.select(pl.concat_str(head, pl.lit('">'), *fields, pl.lit("</Batch>")).alias("batch")).to_series()


def _samples(batches: Batches) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "Charge": batch_names(batches.batch),
            "Gezogen": batches.sampled,
            "Fehler": batches.defects,
            "Geprüft am": day_text(batches.started // DAY_SECONDS + 1, "%d.%m.%Y"),
            "Geprüft von": marked("Prüfung, ", STAFF, _SAMPLERS + batches.batch % 4),
        }
    )
