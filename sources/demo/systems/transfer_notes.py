"""Transfer notes as TR-RESISCAN asks for them, one per scan: the data centre writes them for what it scans."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from sources.demo.systems.accounts import FileAccount
from sources.demo.systems.quarters import quarters_of
from sources.demo.systems.scan_centre import DOCUMENT_TYPES, ORIGIN_WORDS, QA_WORDS, QR_WORDS, Scans
from sources.demo.systems.tokens import STAFF, tokens
from sources.demo.town.arrays import Ints
from sources.demo.town.arrivals import Cases
from sources.demo.town.case_numbers import case_number
from sources.demo.town.days import Days, day_text, iso_text, to_utc

SOURCE: Final = "transfervermerke"
_ROLES: Final = 9_000
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n<Transfervermerke Verfahrensdokumentation="VD-12 (erfunden)">\n'
_FOOT: Final = "\n</Transfervermerke>\n"


def write_transfer_notes(folder: Path, days: Days, cases: Cases, scans: Scans) -> list[FileAccount]:
    """Write ``inbox/transfervermerke/transfervermerke_YYYY-Qn.xml``."""
    at = np.flatnonzero(scans.is_noted)
    notes = _notes(days, cases, scans, at)
    accounts: list[FileAccount] = []
    for label, mine in quarters_of(days, scans.month[at]):
        path = folder / "inbox" / SOURCE / f"transfervermerke_{label}.xml"
        body = "\n".join(notes.gather(mine))
        path.write_text(f"{_HEAD}{body}{_FOOT}", encoding="utf-8")
        accounts.append(FileAccount(path.relative_to(folder).as_posix(), SOURCE, len(mine)))
    return accounts


def _notes(days: Days, cases: Cases, scans: Scans, at: Ints) -> pl.Series:
    """One element each: who, with what, when, how many pages, what was odd, how the check went."""
    case, scanned = scans.case[at], scans.scanned[at]
    # Nobody scans in the night when the clock goes back.
    utc = to_utc(scanned, np.zeros(len(at), dtype=np.bool_))
    number = case_number(cases.year[case], cases.number[case])
    parts = pl.DataFrame(
        {
            "id": pl.Series(at + 1).cast(pl.String).str.zfill(8),
            "Ersteller": tokens(STAFF, _ROLES + scanned // 14_400 % 3),
            "Erfasst": iso_text(utc, with_offset=True, shift=scanned - utc),
            "Eingang": day_text(scans.received_day[at] + days.epoch_day, "%Y-%m-%d"),
            "Charge": scans.batch_name.gather(at),
            "Aktenzeichen": number.set(pl.Series(case < 0), ""),
            "Art": pl.Series(DOCUMENT_TYPES).gather(scans.document_type[at]),
            "Seiten": pl.Series(scans.pages[at]).cast(pl.String),
            "Blatt": pl.Series(scans.sheets[at]).cast(pl.String),
            "Herkunft": pl.Series(list(ORIGIN_WORDS)).gather(scans.origin[at]),
            "Barcode": pl.Series(list(QR_WORDS)).gather(scans.qr_status[at]),
            "quality": pl.Series(list(QA_WORDS)).gather(scans.qa_result[at]),
        }
    )
    facts = [pl.concat_str(pl.lit(f"<{name}>"), name, pl.lit(f"</{name}>")) for name in parts.columns[1:-1]]
    return parts.select(
        pl.concat_str(
            pl.lit('<Transfervermerk ScanID="TV-'),
            "id",
            pl.lit('">'),
            *facts,
            pl.lit('<Auffaelligkeiten/><Qualitaetssicherung Ergebnis="'),
            "quality",
            pl.lit('"/></Transfervermerk>'),
        ).alias("note")
    ).to_series()
