"""The new scanner's index of the last months: Kodak ``INDEX.DAT``, without a header, in Windows-1252.

Its profile reads the case number off a barcode that leaves ``MH-`` out, and counts no images of loose ones (I05u).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from sources.demo.systems.accounts import FileAccount
from sources.demo.systems.scan_centre import CAPTURE_MONTHS, DOCUMENT_TYPES, ORIGIN_WORDS, QA_WORDS, QR_WORDS, Scans
from sources.demo.systems.tokens import STAFF, marked
from sources.demo.town.arrays import Ints
from sources.demo.town.arrivals import Cases
from sources.demo.town.case_numbers import case_number
from sources.demo.town.days import Days, clock_text, day_text

SOURCE: Final = "scanindex"
PREFIX: Final = "MH-"
_ROLES: Final = 2_000


def write_capture_index(folder: Path, days: Days, cases: Cases, scans: Scans) -> list[FileAccount]:
    """Write ``inbox/scanindex/YYYY-MM/INDEX.DAT`` for those of the last months that have scans."""
    accounts: list[FileAccount] = []
    for index in range(len(days.months) - CAPTURE_MONTHS, len(days.months)):
        mine = np.flatnonzero(scans.is_captured & (scans.month == index))
        if not len(mine):
            continue
        path = folder / "inbox" / SOURCE / f"{days.months[index]:%Y-%m}" / "INDEX.DAT"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = _lines(days, cases, scans, mine)
        path.write_bytes("".join(f"{line}\r\n" for line in lines).encode("windows-1252"))
        accounts.append(FileAccount(path.relative_to(folder).as_posix(), SOURCE, len(mine)))
    return accounts


def _lines(days: Days, cases: Cases, scans: Scans, at: Ints) -> pl.Series:
    case, scanned = scans.case[at], scans.scanned[at]
    number = case_number(cases.year[case], cases.number[case]).str.strip_prefix(PREFIX)
    fields = pl.DataFrame(
        {
            "type": pl.Series(["I04t", "I05u"]).gather(scans.loose_images[at].astype(np.int64)),
            "version": pl.Series(["01"]).gather(np.zeros(len(at), dtype=np.int64)),
            "document": pl.Series(at + 1).cast(pl.String).str.zfill(10),
            "images": pl.Series(scans.pages[at]).cast(pl.String).str.zfill(10),
            "case": number.set(pl.Series(case < 0), None),
            "batch": scans.batch_name.gather(at),
            "kind": pl.Series(DOCUMENT_TYPES).gather(scans.document_type[at]),
            "scanned": clock_text(scanned),
            "received": day_text(scans.received_day[at] + days.epoch_day, "%m%d%Y"),
            "sheets": pl.Series(scans.sheets[at]).cast(pl.String),
            "origin": pl.Series(list(ORIGIN_WORDS)).gather(scans.origin[at]),
            "qr": pl.Series(list(QR_WORDS)).gather(scans.qr_status[at]),
            "quality": pl.Series(list(QA_WORDS)).gather(scans.qa_result[at]),
            "operator": marked("Hafner, ", STAFF, _ROLES + scanned // 14_400 % 5),
        }
    )
    quoted = {name: pl.concat_str(pl.lit('"'), name, pl.lit('"')).fill_null("") for name in fields.columns}
    # A record of loose images has no field for their number at all, so the index fields move up.
    counted = pl.when(pl.col("type") == "I04t").then(pl.concat_str(quoted["images"], pl.lit(";"))).otherwise(pl.lit(""))
    head = [quoted[name] for name in ("type", "version", "document")]
    tail = [quoted[name] for name in fields.columns[4:]]
    return fields.select(
        pl.concat_str(
            pl.concat_str(head, separator=";"), pl.lit(";"), counted, pl.concat_str(tail, separator=";")
        ).alias("line")
    ).to_series()
