"""The scan centre: what goes over its scanners, and its monthly CSV index with the operator's name, one file cut short.

In the last months of the window another scanner writes the index instead (``capture_index``), and the data centre
scans one kind of document (``transfer_notes``).
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from sources.demo.systems.accounts import FileAccount
from sources.demo.systems.tokens import OPERATOR, marked
from sources.demo.town import faults as f
from sources.demo.town.arrays import Flags, Ints
from sources.demo.town.arrivals import NO_CASE, Cases
from sources.demo.town.case_numbers import case_number
from sources.demo.town.days import DAY_SECONDS, NEVER, Days, clock_text, day_text
from sources.demo.town.lives import Lives

SOURCE: Final = "scanstelle"
DOCUMENT_TYPES: Final = ("antrag", "nachweis", "steuerbescheid", "schriftwechsel")
ORIGIN_WORDS: Final = {
    "Fremdbeleg": "external",
    "Eigendruck": "own_print",
    "digital eingegangen": "digital_sender",
    "ungeklärt": "unknown",
}
QR_WORDS: Final = {
    "kein QR": "absent",
    "unlesbar": "unreadable",
    "gelesen": "decoded",
    "zugeordnet": "assigned",
    "falsch zugeordnet": "misassigned",
}
QA_WORDS: Final = {"i. O.": "passed", "Fehler": "failed", "nicht geprüft": "unchecked"}
CAPTURE_MONTHS: Final = 6
"""So many months at the end of the window are indexed by the new scanner."""

_NOTED_KIND: Final = DOCUMENT_TYPES.index("steuerbescheid")
ABSENT, UNREADABLE, DECODED, ASSIGNED, MISASSIGNED = range(5)


@dataclass(frozen=True)
class Scans:
    """Scanned documents up to ``as_of`` in order of scanning, one array position per document.

    ``case`` is the case written on it, ``NO_CASE`` for none; all codes are positions in the word lists above. The new
    scanner (``is_captured``) tells no pages of ``loose_images``; the data centre scanned what ``is_noted``.
    """

    case: Ints
    scanned: Ints
    received_day: Ints
    pages: Ints
    sheets: Ints
    document_type: Ints
    origin: Ints
    qr_status: Ints
    qa_result: Ints
    month: Ints
    is_captured: Flags
    is_noted: Flags
    loose_images: Flags

    def __len__(self) -> int:
        return len(self.case)

    @property
    def batch(self) -> Ints:
        """The batch each document was scanned in: day since 1970 and part of the day in one number."""
        return self.scanned // DAY_SECONDS * 100 + self.scanned % DAY_SECONDS // 5_400

    @property
    def batch_name(self) -> pl.Series:
        """What the scan centre calls the batches, such as ``B20250303-05``."""
        return batch_names(self.batch)


def documents_scanned(days: Days, cases: Cases, live: Lives, rng: np.random.Generator) -> Scans:
    """All documents that went over a scanner: applications, proofs, answers, loose mail, and our own prints."""
    case, at, kind = _sheets_of_paper(days, live, rng)
    loose = np.sort(days.seconds(rng.choice(days.open_days[days.open_days < days.count], max(4, len(case) // 25))))
    case = np.concatenate([case, np.full(len(loose), NO_CASE)])
    at = np.concatenate([at, loose + rng.integers(8 * 3600, 15 * 3600, len(loose))])
    kind = np.concatenate([kind, np.full(len(loose), 3)])
    order = np.lexsort((kind, case, at))
    case, at, kind = case[order], at[order], kind[order]
    pages = 1 + rng.poisson(np.array([3.0, 1.4, 2.6, 0.8])[kind])
    sheets = np.where(rng.random(len(case)) < 0.55, (pages + 1) // 2, pages)
    month = days.month_of[days.day_of(at)]
    received = days.day_of(np.where((case >= 0) & (kind == 0), cases.received[case], at))
    origin = _draw(rng, np.array([[0.84, 0.97, 0.99, 1.0]]), len(case))
    qr = _qr_status(case, month / max(len(days.months) - 1, 1), rng)
    shown = np.where(_is_without_case(case, qr, rng), NO_CASE, case)
    wrong = np.flatnonzero((qr == MISASSIGNED) & (shown >= 0))
    shown[wrong] = np.roll(shown[wrong], 1)
    quality = _draw(rng, np.array([[0.90, 0.93, 1.0]]), len(case))
    late = month >= len(days.months) - CAPTURE_MONTHS
    noted = late & (kind == _NOTED_KIND)
    captured = late & ~noted
    loose_images = captured & (np.arange(len(case)) % 11 == 4)
    return Scans(shown, at, received, pages, sheets, kind, origin, qr, quality, month, captured, noted, loose_images)


def batch_names(batch: Ints) -> pl.Series:
    """Names of batches from their numbers."""
    parts = pl.DataFrame({"day": day_text(batch // 100, "%Y%m%d"), "slot": batch % 100})
    slot = pl.col("slot").cast(pl.String).str.zfill(2)
    return parts.select(pl.concat_str(pl.lit("B"), "day", pl.lit("-"), slot).alias("batch")).to_series()


def _sheets_of_paper(days: Days, live: Lives, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Case, instant and document type of everything scanned for a case."""
    first = np.flatnonzero(live.scanned < days.end_local)
    enclosed = first.repeat(rng.poisson(0.8, len(first)))
    has_answer = (
        live.is_efile
        & (live.answered[0] < NEVER)
        & (live.scanned < NEVER)
        & (live.answered[0] + 9_000 < days.end_local)
    )
    answer = np.flatnonzero(has_answer)
    case = np.concatenate([first, enclosed, answer])
    at = np.concatenate(
        [
            live.scanned[first],
            live.scanned[enclosed] + rng.integers(5, 90, len(enclosed)),
            live.answered[0][answer] + rng.integers(1_800, 8_000, len(answer)),
        ]
    )
    kind = np.concatenate(
        [
            np.zeros(len(first), dtype=np.int64),
            rng.integers(1, 4, len(enclosed)),
            1 + (rng.random(len(answer)) < 0.3).astype(np.int64),
        ]
    )
    is_inside = at < days.end_local
    return case[is_inside], at[is_inside], kind[is_inside]


def _draw(rng: np.random.Generator, limits: np.ndarray[tuple[int, int], np.dtype[np.float64]], count: int) -> Ints:
    return np.minimum((rng.random(count)[:, None] >= limits).sum(axis=1), limits.shape[1] - 1).astype(np.int64)


def _qr_status(case: Ints, progress: np.ndarray[tuple[int], np.dtype[np.float64]], rng: np.random.Generator) -> Ints:
    """Forms with a code become usual over the years; some codes cannot be read, a few lead astray."""
    absent = 0.62 - 0.40 * progress
    limits = np.stack(
        [absent, absent + 0.06 - 0.02 * progress, 0.86 + 0.02 * progress, np.full(len(case), 0.988)], axis=1
    )
    status = (rng.random(len(case))[:, None] >= limits).sum(axis=1).astype(np.int64)
    return np.where(case < 0, np.where(status == UNREADABLE, UNREADABLE, ABSENT), status)


def _is_without_case(case: Ints, qr: Ints, rng: np.random.Generator) -> Flags:
    draw = rng.random(len(case))
    return (case < 0) | ((qr == UNREADABLE) & (draw < 0.6)) | ((qr == ABSENT) & (draw < 0.14))


def write_scan_index(folder: Path, days: Days, cases: Cases, scans: Scans) -> list[FileAccount]:
    """Write ``inbox/scan/scanindex_YYYY-MM.csv``; one month ends in the middle of a line."""
    rows = _rows(days, cases, scans)
    bounds = np.searchsorted(scans.month, np.arange(len(days.months) + 1))
    accounts: list[FileAccount] = []
    for index, first in enumerate(days.months[:-CAPTURE_MONTHS]):
        own = rows.slice(int(bounds[index]), int(bounds[index + 1] - bounds[index]))
        if own.is_empty():
            continue
        path = folder / "inbox" / "scan" / f"scanindex_{first:%Y-%m}.csv"
        buffer = BytesIO()
        own.write_csv(buffer, separator=";", quote_style="always")
        cut = b'"SC-CUT-000001";"B-CUT"' if index == f.CUT_SCAN_MONTH else b""
        path.write_bytes(buffer.getvalue() + cut)
        accounts.append(
            FileAccount(path.relative_to(folder).as_posix(), SOURCE, own.height + bool(cut), quarantined=int(bool(cut)))
        )
    return accounts


def _rows(days: Days, cases: Cases, scans: Scans) -> pl.DataFrame:
    epoch_day = scans.scanned // DAY_SECONDS
    number = pl.DataFrame({"year": day_text(epoch_day, "%Y"), "n": np.arange(1, len(scans) + 1)})
    known = pl.Series(scans.case >= 0)
    return pl.DataFrame(
        {
            "Dokument": number.select(
                pl.concat_str(pl.lit("SC-"), "year", pl.lit("-"), pl.col("n").cast(pl.String).str.zfill(7))
            ).to_series(),
            "Charge": scans.batch_name,
            "Vorgang": case_number(cases.year[scans.case], cases.number[scans.case]).set(~known, ""),
            "Scanzeit": clock_text(scans.scanned),
            "Eingang": day_text(scans.received_day + days.epoch_day, "%d.%m.%Y"),
            "Seiten": scans.pages,
            "Blatt": scans.sheets,
            "Art": pl.Series(DOCUMENT_TYPES).gather(scans.document_type),
            "Herkunft": pl.Series(list(ORIGIN_WORDS)).gather(scans.origin),
            "QR": pl.Series(list(QR_WORDS)).gather(scans.qr_status),
            "Prüfung": pl.Series(list(QA_WORDS)).gather(scans.qa_result),
            "Bedienung": marked("Hafner, ", OPERATOR, scans.scanned // 14_400 % 7),
        }
    )
